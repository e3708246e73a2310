"""The counts that sources tell along with papers, as dated snapshots."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from papers.models import Paper, Signal
from papers.signals import Observation, observe
from papers.sources import FetchedPaper

FIRST_DAY = timedelta(days=1)


def observe_counts(told: Sequence[tuple[FetchedPaper, Paper]], source: str, now: datetime) -> None:
    """Keep the counts that differ from the last ones this source showed."""
    counted = [(fetched, paper) for fetched, paper in told if fetched.counts]
    if counted:
        latest = _latest_counts((paper.pk for _, paper in counted), source)
        observe(_news(counted, latest, source, now), now=now)


def _news(
    told: Iterable[tuple[FetchedPaper, Paper]],
    latest: dict[tuple[int, str], int],
    source: str,
    now: datetime,
) -> Iterator[Observation]:
    for fetched, paper in told:
        for each in fetched.counts:
            known = each.kind in Signal.Kind.values and each.count >= 0
            if known and latest.get((paper.pk, each.kind)) != each.count:
                known_before = (paper.pk, each.kind) in latest
                at = now if known_before else _first_moment(fetched, now)
                yield Observation(paper.pk, source, each.kind, each.count, at)


def _first_moment(fetched: FetchedPaper, now: datetime) -> datetime:
    """A first count of a paper announced long ago was mostly given on its day, not today."""
    return min(now, fetched.announced_at + FIRST_DAY) if fetched.announced_at else now


def _latest_counts(papers: Iterable[int], source: str) -> dict[tuple[int, str], int]:
    """By paper and kind."""
    rows = Signal.objects.filter(paper__in=list(papers), source=source).order_by("observed_at")
    return {(row.paper_id, row.kind): row.count for row in rows}
