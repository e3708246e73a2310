"""Before sending: warnings, who is due when, and what they would get."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.db.models import Count

from papers.models import Edition, Paper, Topic
from papers.placing import Placement
from subscriptions.admin.edition_warnings import (
    Warned,
    paper_warnings,
    subject_warnings,
    topic_warning,
)
from subscriptions.digests.pipeline import due_instants, rehearse
from subscriptions.models import Interest, Subscriber


@dataclass(frozen=True, slots=True)
class TopicRow:
    code: str
    papers: int
    readers: int
    empty: int  # of the sample


def before_sending(edition: Edition, now: datetime) -> dict[str, Any]:
    """All that the page shows, in a constant number of queries."""
    rehearsal = rehearse(edition, now)
    topics = _topics(edition, rehearsal.empty)
    forsaken = [(row.code, row.readers) for row in topics if not row.papers]
    hours = _hours(edition, now)
    return {
        "warnings": list(_warnings(edition, forsaken, now)),
        "topics": topics,
        "hours": hours,
        "due": sum(count for _, count in hours),
        "rehearsal": rehearsal,
    }


def _warnings(edition: Edition, forsaken: list[tuple[str, int]], now: datetime) -> Iterator[Warned]:
    earlier = Edition.objects.filter(date__lt=edition.date).order_by("-date")
    before = earlier.values_list("subject", flat=True).first()
    return chain(
        topic_warning(forsaken), paper_warnings(edition, now), subject_warnings(edition, before)
    )


def _hours(edition: Edition, now: datetime) -> list[tuple[datetime | None, int]]:
    """How many readers are due in which hour, in UTC; None: as soon as the tick finds them."""
    hours: Counter[datetime | None] = Counter()
    for instant, readers in due_instants(edition, now).items():
        hours[instant and instant.replace(minute=0, second=0, microsecond=0)] += readers
    return sorted(hours.items(), key=lambda row: row[0] or datetime.min.replace(tzinfo=UTC))


def _topics(edition: Edition, empty: dict[str, int]) -> list[TopicRow]:
    """Those with papers or readers, the ones with most readers first."""
    papers, readers = _papers_by_topic(edition), _readers_by_topic()
    codes = dict(Topic.objects.filter(pk__in={*papers, *readers}).values_list("pk", "code"))
    rows = [
        TopicRow(code, papers.get(pk, 0), readers.get(pk, 0), empty.get(code, 0))
        for pk, code in codes.items()
    ]
    return sorted(rows, key=lambda row: (-row.readers, -row.papers, row.code))


def _papers_by_topic(edition: Edition) -> dict[int, int]:
    shown = edition.candidates.exclude(placement=Placement.DROPPED)
    visible = shown.filter(paper__status=Paper.Status.VISIBLE)
    of = Paper.topics.through.objects.filter(paper__in=visible.order_by().values("paper"))
    return dict(of.order_by().values_list("topic").annotate(count=Count("pk")))


def _readers_by_topic() -> dict[int, int]:
    chosen = Interest.objects.filter(kind=Interest.Kind.TOPIC, muted=False)
    # not by a join: SQLite would look up the reader of each interest
    theirs = chosen.filter(subscriber__in=Subscriber.objects.active().order_by().values("pk"))
    return dict(theirs.order_by().values_list("topic").annotate(count=Count("pk")))
