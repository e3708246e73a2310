"""Why these papers and not the next ones: told by the code that chooses, as it chooses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from subscriptions.ranking.choosing import LeftOut, chosen
from subscriptions.ranking.insight import Insight, insights
from subscriptions.ranking.matching import barred
from subscriptions.ranking.values import (
    UNLEARNED,
    Choice,
    Learned,
    Obstacle,
    Pick,
    PoolPaper,
    Reader,
    Reason,
)

NEXT = 10  # papers that fit and were left out
NEXT_ELSEWHERE = 3  # from elsewhere

BELOW = Obstacle("below")
OUTSIDE = Obstacle("outside")
QUIET = Obstacle("quiet day")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate, what its score is the sum of, and why it is there, or why not.

    `place` counts from 1 in its section: of all that fits, in the reader's order, or of all from
    elsewhere, by trending. `rank` is that in the pool.
    """

    paper: int
    section: str
    place: int
    rank: int
    pinned: bool
    score: float
    parts: Mapping[str, float]
    reasons: tuple[Reason, ...] = ()
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A choice, its papers weighed, and the next ones; how many others were barred, by what.

    `by_score` is False for a reader who has told no more than topics: they get the rest by
    trending.
    """

    choice: Choice
    chosen: tuple[Weighed, ...]
    left_out: tuple[Weighed, ...]
    by_score: bool
    candidates: int
    barred: Mapping[str, int]
    fitting: int
    elsewhere: int


def explain(
    pool: Sequence[PoolPaper],
    reader: Reader,
    learned: Learned = UNLEARNED,
    following: int = NEXT,
) -> Explanation:
    """What `choose_all` gives this reader, and why; with so many of those that come next."""
    [insight] = insights(pool, [reader], learned)
    left_out: LeftOut = {}
    choice = chosen(insight, left_out)
    told = _Told(insight, choice, left_out)
    return Explanation(
        choice,
        tuple(told.picked(pick) for pick in choice.picks),
        tuple(told.missing(following)),
        insight.by_score,
        len(pool),
        _counted(insight),
        len(told.lines["for_you"]),
        len(told.lines["elsewhere"]),
    )


class _Told:
    """One choice, by place in the pool."""

    def __init__(self, insight: Insight, choice: Choice, left_out: LeftOut) -> None:
        self._insight, self._choice, self._left_out = insight, choice, left_out
        new = insight.new
        self.lines = {
            "for_you": [at for at in new if at in insight.fitting],
            "elsewhere": sorted(at for at in new if at not in insight.fitting),
        }
        self._places = {paper.paper: at for at, paper in enumerate(insight.pool)}
        self._order = {at: n for line in self.lines.values() for n, at in enumerate(line, start=1)}
        self._picked = {self._places[pick.paper] for pick in choice.picks}

    def picked(self, pick: Pick) -> Weighed:
        return self._weighed(self._places[pick.paper], pick.section, reasons=pick.reasons)

    def missing(self, following: int) -> Iterable[Weighed]:
        """The first ones that were not picked, of each section."""
        for section, most in ("for_you", following), ("elsewhere", min(following, NEXT_ELSEWHERE)):
            others = [at for at in self.lines[section] if at not in self._picked]
            for at in others[:most]:
                yield self._weighed(at, section, obstacle=self._obstacle(at, section))

    def _obstacle(self, at: int, section: str) -> Obstacle:
        written = self._left_out.get(at)
        if section == "elsewhere":
            return written or OUTSIDE
        if self._choice.skipped:
            return QUIET
        # a full topic keeps nothing away that would have come too late anyway
        last = max((self._order[at] for at in self._picked & {*self.lines[section]}), default=0)
        in_time = written and (written.paper or self._order[at] < last)
        return written if written and in_time else BELOW

    def _weighed(
        self,
        at: int,
        section: str,
        reasons: tuple[Reason, ...] = (),
        obstacle: Obstacle | None = None,
    ) -> Weighed:
        paper, insight = self._insight.pool[at], self._insight
        return Weighed(
            paper=paper.paper,
            section=section,
            place=self._order[at],
            rank=at + 1,
            pinned=paper.pinned,
            score=round(insight.scores[at], 6),
            parts=insight.parts(at),
            reasons=reasons,
            obstacle=obstacle,
        )


def _counted(insight: Insight) -> dict[str, int]:
    """How many papers each bar took away; one that several bar counts for the first."""
    counts, out = {}, set[int]()
    for name, places in barred(insight.reader, insight.pool, insight.facts).items():
        counts[name] = len(places - out)
        out |= places
    return counts
