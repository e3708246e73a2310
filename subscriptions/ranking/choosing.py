"""The choice: fitting papers first, variety among them, a few from elsewhere, labelled as such."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from subscriptions.ranking.insight import Insight, insights
from subscriptions.ranking.reasons import reasons
from subscriptions.ranking.values import UNLEARNED, Choice, Learned, Pick, PoolPaper, Reader

TOPIC_SHARE = 0.6  # of a digest, while other topics have papers to offer
DAY_SHARE = 0.5  # of a weekly digest, while other days have
ELSEWHERE = 2  # papers from outside, in a digest of usual length
ELSEWHERE_WHEN_QUIET = 3
FEWEST = 3  # fitting papers; with less the day is quiet
MISSED = 5  # papers shown after a pause


def choose(pool: Iterable[PoolPaper], reader: Reader, learned: Learned = UNLEARNED) -> list[Pick]:
    """The reader's papers, best first; empty when there is nothing for them."""
    return list(choose_all(tuple(pool), [reader], learned)[0].picks)


def choose_all(
    pool: Sequence[PoolPaper], readers: Iterable[Reader], learned: Learned = UNLEARNED
) -> list[Choice]:
    """What each of them gets, in their order."""
    return [_choice(insight) for insight in insights(pool, readers, learned)]


def missed(
    pool: Sequence[PoolPaper], readers: Iterable[Reader], learned: Learned = UNLEARNED
) -> list[tuple[Pick, ...]]:
    """The best few fitting ones for each of them, in their order."""
    return [
        _picks(insight, _varied(insight, _fitting(insight), MISSED), "missed")
        for insight in insights(pool, readers, learned)
    ]


def _choice(insight: Insight) -> Choice:
    reader, fitting = insight.reader, _fitting(insight)
    outside = _outside(insight, fitting)
    if not fitting and not outside:
        return Choice(skipped="empty")
    if len(fitting) >= min(FEWEST, reader.wanted):
        apart = min(ELSEWHERE, reader.wanted // 3, len(outside))
        return _digest(insight, "weekly" if reader.weekly else "daily", fitting, outside[:apart])
    if reader.silent_when_quiet:
        return Choice(skipped="quiet day")
    apart = min(ELSEWHERE_WHEN_QUIET, reader.wanted - len(fitting))
    return _digest(insight, "short", fitting, outside[:apart])


def _digest(insight: Insight, kind: str, fitting: list[int], outside: list[int]) -> Choice:
    mine = _varied(insight, fitting, insight.reader.wanted - len(outside))
    picks = _picks(insight, mine, "for_you") + _picks(insight, outside, "elsewhere")
    return Choice(kind, picks)


def _fitting(insight: Insight) -> list[int]:
    return _told_once(insight, [at for at in insight.new if at in insight.fitting])


def _outside(insight: Insight, fitting: Iterable[int]) -> list[int]:
    """By trending alone, but nothing like what fits, or what the reader wants less of."""
    mine = {insight.pool[at].paper for at in fitting}
    others = sorted(at for at in insight.new if at not in insight.fitting)
    welcome = [at for at in others if at not in insight.unwelcome]
    return _told_once(insight, [at for at in welcome if insight.pool[at].kin.isdisjoint(mine)])


def _told_once(insight: Insight, places: list[int]) -> list[int]:
    """Without papers that say nearly the same as one before them; pinned ones stay."""
    if insight.facts.kin.isdisjoint(places):
        return places
    told: set[int] = set()
    kept = []
    for at in places:
        paper = insight.pool[at]
        if not paper.kin or paper.pinned or paper.kin.isdisjoint(told):
            told.add(paper.paper)
            kept.append(at)
    return kept


def _varied(insight: Insight, places: list[int], wanted: int) -> list[int]:
    """The first `wanted`, no topic (in a week: no day) above its share unless the others run out.

    Their order is kept.
    """
    by_topic, by_day = ceil(TOPIC_SHARE * wanted), ceil(DAY_SHARE * wanted)
    topics: Counter[str] = Counter()
    days: Counter[str] = Counter()
    chosen: set[int] = set()
    beyond: list[int] = []
    for at in places:
        if len(chosen) == wanted:
            break
        paper = insight.pool[at]
        day = paper.day if insight.reader.weekly else f"paper {at}"
        if topics[paper.primary] < by_topic and days[day] < by_day:
            topics[paper.primary] += 1
            days[day] += 1
            chosen.add(at)
        else:
            beyond.append(at)
    chosen.update(beyond[: wanted - len(chosen)])
    return [at for at in places if at in chosen]


def _picks(insight: Insight, places: Iterable[int], section: str) -> tuple[Pick, ...]:
    return tuple(Pick(insight.pool[at].paper, section, reasons(insight, at)) for at in places)
