"""What a source tells of a paper, by field, and what of it is believed against what a row holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from papers.ingest.precedence import USUAL, Claim, Tiers, outranks, same_tier, tiers_for
from papers.models import Paper
from papers.naming import title_key
from papers.sources import FetchedPaper

EMPTY: tuple[object, ...] = ([], (), "", None)
BY_FETCHED_NAME = (
    "abstract",
    "published_on",
    "version",
    "revised_on",
    "announced_at",
    "comment",
    "journal_ref",
    "has_code",
    "code_url",
    "project_url",
    "organization",
    "submitted_by",
    "ai_summary",
)


@dataclass(slots=True)
class Believed:
    """What is to be written of a row: new values, and whom they are believed of."""

    news: dict[str, Any] = field(default_factory=dict)
    told_by: dict[str, Any] = field(default_factory=dict)

    def consider(
        self, row: Model, name: str, value: Any, claim: Claim, tiers: Tiers | None = None
    ) -> None:
        """Take `value` over if something is told and nobody more trusted has told another."""
        if self.note(row, name, value, claim, tiers) and value != getattr(row, name):
            self.news[name] = value

    def note(
        self, row: Model, name: str, value: Any, claim: Claim, tiers: Tiers | None = None
    ) -> bool:
        """Whether the claim is believed; if so, it is remembered whose it is."""
        told_by: Mapping[str, Any] = row.told_by  # type: ignore[attr-defined]  # Paper and Author
        before = Claim.stored(told_by, name)
        if value in EMPTY or not outranks(claim, before, tiers or tiers_for(name)):
            return False
        if claim != before:
            self.told_by[name] = claim.as_json()
        return True


def believed_facts(
    fetched: FetchedPaper, paper: Paper, topics: Mapping[str, int], claim: Claim
) -> Believed:
    """By field of Paper. `topics` are the rows of topics by code."""
    believed = Believed()
    for name in BY_FETCHED_NAME:
        believed.consider(paper, name, getattr(fetched, name), claim)
    believed.consider(paper, "keywords", list(fetched.keywords), claim)
    believed.consider(paper, "primary_topic_id", topics.get(fetched.primary_topic), claim)
    believed.consider(paper, "title", _title(fetched, paper, claim), claim)
    if title := believed.news.get("title"):
        believed.news["title_key"] = title_key(title)
    for name in ("arxiv_id", "doi"):
        if (told := getattr(fetched, name)) and not getattr(paper, name):
            believed.news[name] = told
    return believed


def _title(fetched: FetchedPaper, paper: Paper, claim: Claim) -> str:
    """Another spelling of the same words is no news between equals."""
    same_words = title_key(fetched.title) == title_key(paper.title)
    equals = same_tier(claim, Claim.stored(paper.told_by, "title"), USUAL)
    return paper.title if same_words and equals else fetched.title
