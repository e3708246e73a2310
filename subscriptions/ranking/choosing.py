"""The choice: fitting papers first, variety among them, a few from elsewhere, labelled as such.

Each step that leaves a paper out writes into `left_out`, by place in the pool, what stood against
it. The rest simply comes too late.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from subscriptions.ranking.insight import Insight, insights
from subscriptions.ranking.reasons import reasons
from subscriptions.ranking.values import (
    UNLEARNED,
    Choice,
    Learned,
    Obstacle,
    Pick,
    PoolPaper,
    Reader,
)

TOPIC_SHARE = 0.6  # of a digest, while other topics have papers to offer
DAY_SHARE = 0.5  # of a weekly digest, while other days have
ELSEWHERE = 2  # papers from outside, in a digest of usual length
ELSEWHERE_WHEN_QUIET = 3
FEWEST = 3  # fitting papers; with less the day is quiet
MISSED = 5  # papers shown after a pause

UNWELCOME = Obstacle("unwelcome")
TOPIC_IS_FULL = Obstacle("topic is full")
DAY_IS_FULL = Obstacle("day is full")

LeftOut = dict[int, Obstacle]


def choose(pool: Iterable[PoolPaper], reader: Reader, learned: Learned = UNLEARNED) -> list[Pick]:
    """The reader's papers, best first; empty when there is nothing for them."""
    return list(choose_all(tuple(pool), [reader], learned)[0].picks)


def choose_all(
    pool: Sequence[PoolPaper], readers: Iterable[Reader], learned: Learned = UNLEARNED
) -> list[Choice]:
    """What each of them gets, in their order."""
    return [chosen(insight, {}) for insight in insights(pool, readers, learned)]


def missed(
    pool: Sequence[PoolPaper], readers: Iterable[Reader], learned: Learned = UNLEARNED
) -> list[tuple[Pick, ...]]:
    """The best few fitting ones for each of them, in their order."""
    return [
        _picks(insight, _varied(insight, _fitting(insight, {}), MISSED, {}), "missed")
        for insight in insights(pool, readers, learned)
    ]


def chosen(insight: Insight, left_out: LeftOut) -> Choice:
    """What this reader gets."""
    reader, fitting = insight.reader, _fitting(insight, left_out)
    outside = _outside(insight, fitting, left_out)
    if not fitting and not outside:
        return Choice(skipped="empty")
    if len(fitting) >= min(FEWEST, reader.wanted):
        kind = "weekly" if reader.weekly else "daily"
        apart = min(ELSEWHERE, reader.wanted // 3, len(outside))
    elif reader.silent_when_quiet:
        return Choice(skipped="quiet day")
    else:
        kind = "short"
        apart = min(ELSEWHERE_WHEN_QUIET, reader.wanted - len(fitting), len(outside))
    mine = _varied(insight, fitting, reader.wanted - apart, left_out)
    picks = _picks(insight, mine, "for_you") + _picks(insight, outside[:apart], "elsewhere")
    return Choice(kind, picks)


def _fitting(insight: Insight, left_out: LeftOut) -> list[int]:
    new, fitting = insight.new, insight.fitting
    everything = len(fitting) == len(insight.pool)
    return _told_once(insight, new if everything else [at for at in new if at in fitting], left_out)


def _outside(insight: Insight, fitting: Iterable[int], left_out: LeftOut) -> list[int]:
    """By trending alone, but nothing like what fits, or what the reader wants less of."""
    others = insight.facts.everything - insight.fitting
    if not others:
        return []
    mine = [insight.pool[at].paper for at in fitting]
    unwelcome, kin = insight.unwelcome, insight.facts.kin
    welcome = []
    for at in sorted(others.intersection(insight.unseen)):
        if at in unwelcome:
            left_out[at] = UNWELCOME
        elif at in kin and (alike := _alike(insight.pool[at], mine)):
            left_out[at] = alike
        else:
            welcome.append(at)
    return _told_once(insight, welcome, left_out)


def _told_once(insight: Insight, places: list[int], left_out: LeftOut) -> list[int]:
    """Without papers that say nearly the same as one before them; pinned ones stay."""
    kin = insight.facts.kin
    if kin.isdisjoint(places):
        return places
    told: list[int] = []
    kept = []
    for at in places:
        paper = insight.pool[at]
        alike = _alike(paper, told) if at in kin and not paper.pinned else None
        if alike:
            left_out[at] = alike
        else:
            told.append(paper.paper)
            kept.append(at)
    return kept


def _alike(paper: PoolPaper, told: list[int]) -> Obstacle | None:
    """The first of those told that says nearly the same."""
    return next((Obstacle("alike", one) for one in told if one in paper.kin), None)


def _varied(insight: Insight, places: list[int], wanted: int, left_out: LeftOut) -> list[int]:
    """The first `wanted`, no topic (in a week: no day) above its share unless the others run out.

    Their order is kept.
    """
    by_topic, by_day = ceil(TOPIC_SHARE * wanted), ceil(DAY_SHARE * wanted)
    weekly, main = insight.reader.weekly, insight.facts.main
    topics: Counter[str] = Counter()
    days: Counter[str] = Counter()
    full: set[str] = set()
    within: set[int] = set()
    beyond: list[tuple[int, Obstacle]] = []
    for at in places:
        if len(within) == wanted:
            break
        if (topic := main[at]) in full:
            beyond.append((at, TOPIC_IS_FULL))
        elif weekly and days[insight.pool[at].day] >= by_day:
            beyond.append((at, DAY_IS_FULL))
        else:
            within.add(at)
            days[insight.pool[at].day] += 1
            topics[topic] += 1
            full.update([topic] if topics[topic] >= by_topic else ())
    lacking = wanted - len(within)
    within.update(at for at, _ in beyond[:lacking])
    left_out.update(beyond[lacking:])
    return [at for at in places if at in within]


def _picks(insight: Insight, places: Iterable[int], section: str) -> tuple[Pick, ...]:
    return tuple(Pick(insight.pool[at].paper, section, reasons(insight, at)) for at in places)
