"""Observations of attention: kept as dated snapshots, whose growth moves trending."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter

from django.conf import settings
from django.db import transaction

from papers.models import Paper, Signal
from papers.trending import score_of

CHUNK = 100  # papers

# These begin at nothing on the day a paper appears, so that the first count is growth as well.
# Stars and citations may have been gathered for years before anyone looked.
COUNTED_FROM_ZERO = {Signal.Kind.VOTES, Signal.Kind.COMMENTS}

Moment = tuple[int, str, str, datetime]  # paper, source, kind, observed at: one snapshot each


@dataclass(frozen=True, slots=True)
class Observation:
    """The count that a source showed for a paper (its row's number) at one moment."""

    paper_id: int
    source: str
    kind: str
    count: int
    observed_at: datetime

    @property
    def moment(self) -> Moment:
        return self.paper_id, self.source, self.kind, self.observed_at


def observe(observations: Iterable[Observation], *, now: datetime) -> int:
    """Store snapshots and move trending; returns how many were new or different.

    The order of observations does not matter, and the same ones again change nothing. Papers that
    no longer exist are passed over.
    """
    by_paper: dict[int, list[Observation]] = {}
    for observation in observations:
        by_paper.setdefault(observation.paper_id, []).append(observation)
    papers = iter(sorted(by_paper))
    written = 0
    while chunk := list(islice(papers, CHUNK)):
        written += _observe_chunk({paper: by_paper[paper] for paper in chunk}, now)
    return written


@transaction.atomic
def _observe_chunk(observations: dict[int, list[Observation]], now: datetime) -> int:
    # Locked, so that two observers of one paper take turns; foreign keys to it stay free.
    rows = Paper.objects.select_for_update(no_key=True).filter(pk__in=observations)
    papers = rows.order_by("pk").only("trending").in_bulk()
    signals = list(Signal.objects.filter(paper__in=papers))
    before = {_moment(signal): (signal.count, signal.growth) for signal in signals}
    counts = {moment: count for moment, (count, _) in before.items()}
    for paper in papers:
        counts |= {each.moment: each.count for each in observations[paper]}
    after = dict(_with_growth(counts))
    changed = {moment: facts for moment, facts in after.items() if before.get(moment) != facts}
    _write_signals(changed)
    _move_trending(papers, after, now)
    return len(changed)


def _moment(signal: Signal) -> Moment:
    return signal.paper_id, signal.source, signal.kind, signal.observed_at


def _with_growth(counts: dict[Moment, int]) -> Iterator[tuple[Moment, tuple[int, int]]]:
    """Each moment's count, and how much more that is than at the moment before."""
    for (_, _, kind), moments in groupby(sorted(counts), key=itemgetter(0, 1, 2)):
        before = 0 if kind in COUNTED_FROM_ZERO else None
        for moment in moments:
            count = counts[moment]
            yield moment, (count, 0 if before is None else max(0, count - before))
            before = count


def _write_signals(changed: dict[Moment, tuple[int, int]]) -> None:
    Signal.objects.bulk_create(
        [
            Signal(
                paper_id=paper,
                source=source,
                kind=kind,
                observed_at=observed_at,
                count=count,
                growth=growth,
            )
            for (paper, source, kind, observed_at), (count, growth) in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["paper", "source", "kind", "observed_at"],
        update_fields=["count", "growth"],
    )


def _move_trending(
    papers: dict[int, Paper], signals: dict[Moment, tuple[int, int]], now: datetime
) -> None:
    attention: dict[int, list[tuple[str, int, datetime]]] = {number: [] for number in papers}
    for (number, _, kind, observed_at), (_, growth) in signals.items():
        attention[number].append((kind, growth, observed_at))
    moved = []
    for number, paper in papers.items():
        score = score_of(attention[number], settings.TRENDING_HALF_LIFE_HOURS)
        if score != paper.trending:
            paper.trending, paper.updated_at = score, now
            moved.append(paper)
    Paper.objects.bulk_update(moved, ["trending", "updated_at"])
