"""A chunk of fetched papers written as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from papers.ingest.byline import Byline, authors_named, byline_after, byline_of, replace_bylines
from papers.ingest.facts import facts_of, news_of
from papers.ingest.matching import match
from papers.models import Paper, Topic
from papers.sources import FetchedPaper


@dataclass(frozen=True, slots=True)
class Written:
    """How many papers of a chunk were new, changed, or as they were."""

    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written of one paper. All empty for one that stays as it is."""

    paper: Paper
    facts: dict[str, Any]
    byline: Byline
    topics: frozenset[int]

    @property
    def is_new(self) -> bool:
        return self.paper.pk is None

    @property
    def is_update(self) -> bool:
        return not self.is_new and bool(self.facts or self.byline or self.topics)


def write(chunk: Sequence[FetchedPaper], now: datetime) -> Written:
    """Create and update the rows of cleaned papers. Asks for a transaction around it."""
    _take_turns()
    changes = _changes(chunk, now)
    new = [change for change in changes if change.is_new]
    old = [change for change in changes if change.is_update]
    _create(new)
    for change in sorted(old, key=lambda each: each.paper.pk):  # as `observe` locks them
        # only what differs: an editor may be writing the rest
        Paper.objects.filter(pk=change.paper.pk).update(**change.facts, updated_at=now)
    replace_bylines((each.paper, each.byline) for each in changes if each.byline)
    _add_topics(changes)
    return Written(len(new), len(old), len(chunk) - len(new) - len(old))


def _take_turns() -> None:
    """Let two ingests write one after the other, so that neither makes what the other makes.

    On PostgreSQL by locking the first topic (but no foreign key to it); on SQLite the transaction
    has begun with the only lock there is.
    """
    Topic.objects.select_for_update(no_key=True).order_by("pk").first()


def _changes(chunk: Sequence[FetchedPaper], now: datetime) -> list[Change]:
    topics = _topics_by_code(chunk)
    authors = authors_named(author.name for fetched in chunk for author in fetched.authors)
    changes = []
    for fetched, known in zip(chunk, match(chunk), strict=True):
        paper = known or Paper(first_seen_at=now)
        byline = byline_after(paper, fetched, authors)
        change = Change(
            paper,
            facts=news_of(facts_of(fetched, paper, topics), paper),
            byline=[] if byline == byline_of(paper) else byline,
            topics=_topics_of(fetched, topics) - _known_topics(paper),
        )
        changes.append(change)
    return changes


def _topics_by_code(chunk: Sequence[FetchedPaper]) -> dict[str, int]:
    """Codes of other classifications than arXiv's have no row and are left out."""
    codes = {code for fetched in chunk for code in fetched.topics}
    return dict(Topic.objects.filter(code__in=codes).values_list("code", "pk"))


def _topics_of(fetched: FetchedPaper, topics: dict[str, int]) -> frozenset[int]:
    return frozenset(topics[code] for code in fetched.topics if code in topics)


def _known_topics(paper: Paper) -> frozenset[int]:
    return frozenset(topic.pk for topic in paper.topics.all()) if paper.pk else frozenset()


def _create(changes: Sequence[Change]) -> None:
    for change in changes:
        for name, value in change.facts.items():
            setattr(change.paper, name, value)
    Paper.objects.bulk_create(change.paper for change in changes)


def _add_topics(changes: Sequence[Change]) -> None:
    through = Paper.topics.through
    through.objects.bulk_create(
        through(paper_id=change.paper.pk, topic_id=topic)
        for change in changes
        for topic in change.topics
    )
