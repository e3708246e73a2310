"""What is known of a topic's papers besides their text, in three queries."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Max

from papers.models import Authorship, Signal
from papers.models.paper import PaperQuerySet


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one paper. `day` tells which of two papers is earlier. What nobody told is None."""

    day: date
    first_seen_at: datetime
    trending: float
    has_code: bool
    h_index: int | None  # the highest of its authors
    citations: int | None


def day_of(published_on: date | None, first_seen_at: datetime) -> date:
    """The day that a paper counts as of."""
    return published_on or first_seen_at.astimezone(UTC).date()


def facts_of(papers: PaperQuerySet) -> dict[int, Facts]:
    """By paper, in the order of the rows."""
    h_indexes = _highest_h_indexes(papers)
    citations = _citations(papers)
    rows = papers.values_list("pk", "published_on", "first_seen_at", "trending", "has_code")
    return {
        pk: Facts(
            day=day_of(published_on, first_seen_at),
            first_seen_at=first_seen_at,
            trending=trending,
            has_code=has_code,
            h_index=h_indexes.get(pk),
            citations=citations.get(pk),
        )
        for pk, published_on, first_seen_at, trending, has_code in rows.order_by("pk").iterator()
    }


def _highest_h_indexes(papers: PaperQuerySet) -> dict[int, int]:
    known = Authorship.objects.filter(paper__in=papers, author__h_index__isnull=False)
    highest = known.order_by().values("paper").annotate(highest=Max("author__h_index"))
    return dict(highest.values_list("paper", "highest"))


def _citations(papers: PaperQuerySet) -> dict[int, int]:
    counted = Signal.objects.filter(paper__in=papers, kind=Signal.Kind.CITATIONS)
    most = counted.order_by().values("paper").annotate(most=Max("count"))
    return dict(most.values_list("paper", "most"))
