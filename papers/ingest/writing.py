"""A chunk of fetched papers written as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from papers.ingest.byline import replace_bylines
from papers.ingest.changes import Change, changes_by
from papers.models import Paper, Topic
from papers.sources import FetchedPaper

Told = tuple[FetchedPaper, Paper]  # a fetched paper and its row


@dataclass(frozen=True, slots=True)
class Written:
    """The papers of a chunk that were new, changed, or as they were."""

    created: tuple[Told, ...]
    updated: tuple[Told, ...]
    unchanged: tuple[Told, ...]


def write(chunk: Sequence[FetchedPaper], source: str, now: datetime) -> Written:
    """Create and update the rows of cleaned papers. Asks for a transaction around it."""
    _take_turns()
    changes = changes_by(chunk, source, now)
    new = [change for change in changes if change.is_new]
    known = [change for change in changes if not change.is_new]
    _create(new)
    for change in sorted(known, key=lambda each: each.paper.pk):  # as `observe` locks them
        _update(change, now)
    replace_bylines((each.paper, each.byline) for each in changes if each.byline is not None)
    _write_topics(changes)
    return Written(
        _told(new),
        _told(each for each in known if each.tells_something),
        _told(each for each in known if not each.tells_something),
    )


def _write_topics(changes: Iterable[Change]) -> None:
    through = Paper.topics.through
    for change in changes:
        if change.gone_topics:
            rows = through.objects.filter(paper=change.paper.pk, topic__in=change.gone_topics)
            rows.delete()
    through.objects.bulk_create(
        through(paper_id=change.paper.pk, topic_id=topic)
        for change in changes
        for topic in sorted(change.new_topics)
    )


def _told(changes: Iterable[Change]) -> tuple[Told, ...]:
    return tuple((change.fetched, change.paper) for change in changes)


def _take_turns() -> None:
    """Let two ingests write one after the other, so that neither makes what the other makes.

    On PostgreSQL by locking the first topic (but no foreign key to it); on SQLite the transaction
    has begun with the only lock there is.
    """
    Topic.objects.select_for_update(no_key=True).order_by("pk").first()


def _create(changes: Sequence[Change]) -> None:
    for change in changes:
        for name, value in change.believed.news.items():
            setattr(change.paper, name, value)
        change.paper.told_by = change.believed.told_by
    Paper.objects.bulk_create(change.paper for change in changes)


def _update(change: Change, now: datetime) -> None:
    """Only what differs: an editor may be writing the rest."""
    written = dict(change.believed.news)
    if change.believed.told_by:
        written["told_by"] = change.paper.told_by | change.believed.told_by
    if change.tells_something:
        written["updated_at"] = now
    if written:
        Paper.objects.filter(pk=change.paper.pk).update(**written)
