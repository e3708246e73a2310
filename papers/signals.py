"""Observations of attention: kept as dated snapshots, whose growth moves trending."""

from collections.abc import Collection, Iterable, Iterator, Mapping
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
Facts = tuple[int, int, float | None]  # count, growth, and what of it moves trending; None: all


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


def restate(
    paper_id: int,
    source: str,
    kind: str,
    counts: Mapping[datetime, int],
    now: datetime,
    damped: Mapping[datetime, float] | None = None,
) -> int:
    """Make `counts` by moment the whole series of that source and kind, and move trending.

    Where `damped` has the moment, that much of its growth moves trending; elsewhere all of it.
    Unlike `observe` it forgets the snapshots that are not in `counts`, and so their growth.
    Returns how many snapshots were new, different or forgotten.
    """
    with transaction.atomic():
        papers = _locked([paper_id])
        series = Signal.objects.filter(paper__in=papers, source=source, kind=kind)
        forgotten, _ = series.exclude(observed_at__in=counts).delete()
        moments = {(paper, source, kind, at): at for paper in papers for at in counts}
        told = {moment: counts[at] for moment, at in moments.items()}
        how = {moment: (damped or {}).get(at) for moment, at in moments.items()}
        return forgotten + _store(papers, told, now, how)


def reckon(paper_ids: Iterable[int], *, now: datetime) -> None:
    """Growth and trending anew, from the snapshots that are there."""
    papers = iter(sorted(paper_ids))
    while chunk := list(islice(papers, CHUNK)):
        _observe_chunk({paper: [] for paper in chunk}, now)


@transaction.atomic
def _observe_chunk(observations: dict[int, list[Observation]], now: datetime) -> int:
    papers = _locked(observations)
    told = {each.moment: each.count for paper in papers for each in observations[paper]}
    return _store(papers, told, now)


def _locked(paper_ids: Collection[int]) -> dict[int, Paper]:
    # So that two observers of one paper take turns; foreign keys to it stay free.
    rows = Paper.objects.select_for_update(no_key=True).filter(pk__in=paper_ids)
    return rows.order_by("pk").only("trending").in_bulk()


def _store(
    papers: dict[int, Paper],
    told: dict[Moment, int],
    now: datetime,
    damped: Mapping[Moment, float | None] | None = None,
) -> int:
    """Add what was told to what is known of those papers; returns how much of it was news."""
    signals = Signal.objects.filter(paper__in=papers)
    before = {_moment(signal): _facts(signal) for signal in signals}
    counts = {moment: count for moment, (count, _, _) in before.items()}
    how = {moment: known for moment, (_, _, known) in before.items()} | dict(damped or {})
    after: dict[Moment, Facts] = {
        moment: (count, growth, how.get(moment))
        for moment, (count, growth) in _with_growth(counts | told)
    }
    changed = {moment: facts for moment, facts in after.items() if before.get(moment) != facts}
    _write_signals(changed)
    _move_trending(papers, after, now)
    return len(changed)


def _moment(signal: Signal) -> Moment:
    return signal.paper_id, signal.source, signal.kind, signal.observed_at


def _facts(signal: Signal) -> Facts:
    return signal.count, signal.growth, signal.damped_growth


def _with_growth(counts: dict[Moment, int]) -> Iterator[tuple[Moment, tuple[int, int]]]:
    """Each moment's count, and how much more that is than at the moment before."""
    for (_, _, kind), moments in groupby(sorted(counts), key=itemgetter(0, 1, 2)):
        before = 0 if kind in COUNTED_FROM_ZERO else None
        for moment in moments:
            count = counts[moment]
            yield moment, (count, 0 if before is None else max(0, count - before))
            before = count


def _write_signals(changed: dict[Moment, Facts]) -> None:
    Signal.objects.bulk_create(
        [
            Signal(
                paper_id=paper,
                source=source,
                kind=kind,
                observed_at=observed_at,
                count=count,
                growth=growth,
                damped_growth=damped,
            )
            for (paper, source, kind, observed_at), (count, growth, damped) in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["paper", "source", "kind", "observed_at"],
        update_fields=["count", "growth", "damped_growth"],
    )


def _move_trending(papers: dict[int, Paper], signals: dict[Moment, Facts], now: datetime) -> None:
    attention: dict[int, list[tuple[str, float, datetime]]] = {number: [] for number in papers}
    for (number, _, kind, observed_at), (_, growth, damped) in signals.items():
        attention[number].append((kind, growth if damped is None else damped, observed_at))
    moved = []
    for number, paper in papers.items():
        score = score_of(attention[number], settings.TRENDING_HALF_LIFE_HOURS)
        if score != paper.trending:
            paper.trending, paper.updated_at = score, now
            moved.append(paper)
    Paper.objects.bulk_update(moved, ["trending", "updated_at"])
