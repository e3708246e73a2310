"""What a source tells, set on a row."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from papers.ingest.cleaning import first_author_key
from papers.models import Paper
from papers.naming import title_key
from papers.sources import FetchedPaper


def set_told(row: Model, told: Mapping[str, Any]) -> bool:
    """Set the values that say something; True when that changes the row. Nothing is saved."""
    changed = {
        name: value
        for name, value in told.items()
        if value not in {None, ""} and value != getattr(row, name)
    }
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def facts_of(fetched: FetchedPaper, paper: Paper, topics: Mapping[str, int]) -> dict[str, Any]:
    """By field of Paper. `topics` are the rows of topics by code."""
    key = title_key(fetched.title)
    return {
        "arxiv_id": paper.arxiv_id or fetched.arxiv_id,
        "doi": paper.doi or fetched.doi,
        # another spelling of the same words is no news, and would undo an editor's
        "title": paper.title if key == paper.title_key else fetched.title,
        "title_key": key,
        "first_author_key": first_author_key(fetched),
        "abstract": fetched.abstract,
        "published_on": fetched.published_on,
        "primary_topic_id": topics.get(fetched.primary_topic),
        "has_code": fetched.has_code,
        "code_url": fetched.code_url,
    }
