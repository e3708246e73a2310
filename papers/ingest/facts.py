"""What a source tells of a paper, by field, and what of it is new to a row."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from papers.ingest.cleaning import first_author_key
from papers.models import Paper
from papers.naming import title_key
from papers.sources import FetchedPaper


def news_of(told: Mapping[str, Any], row: Model) -> dict[str, Any]:
    """Those of the told values that say something, and something else than the row."""
    return {
        name: value
        for name, value in told.items()
        if value not in {None, ""} and value != getattr(row, name)
    }


def facts_of(fetched: FetchedPaper, paper: Paper, topics: Mapping[str, int]) -> dict[str, Any]:
    """By field of Paper. `topics` are the rows of topics by code."""
    key = title_key(fetched.title)
    return {
        "arxiv_id": paper.arxiv_id or fetched.arxiv_id,
        "doi": paper.doi or fetched.doi,
        # another spelling of the same words is no news, and would undo an editor's
        "title": (key == paper.title_key and paper.title) or fetched.title,
        "title_key": key,
        "first_author_key": first_author_key(fetched),
        "abstract": fetched.abstract,
        "published_on": fetched.published_on,
        "primary_topic_id": topics.get(fetched.primary_topic),
        "has_code": fetched.has_code,
        "code_url": fetched.code_url,
    }
