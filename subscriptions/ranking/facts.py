"""Facts of a pool that all its readers ask for; found once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subscriptions.ranking.mentions import Mentions
from subscriptions.ranking.values import PoolPaper


@dataclass(frozen=True)
class Facts:
    """By place in the pool."""

    everything: frozenset[int]
    places: Mapping[int, int]  # of each paper
    main: Sequence[str]  # the main topic of each
    of_topic: Mapping[str, frozenset[int]]
    pinned: frozenset[int]
    twins: frozenset[int]  # that have any
    kin: frozenset[int]  # that have any
    upper: frozenset[int]  # the first half of their main topic's, by trending
    mentions: Mentions


def facts_of(pool: Sequence[PoolPaper]) -> Facts:
    of_topic: dict[str, set[int]] = defaultdict(set)
    for at, paper in enumerate(pool):
        for code in paper.topics:
            of_topic[code].add(at)
    return Facts(
        frozenset(range(len(pool))),
        {paper.paper: at for at, paper in enumerate(pool)},
        [paper.primary for paper in pool],
        {code: frozenset(places) for code, places in of_topic.items()},
        pinned=frozenset(at for at, paper in enumerate(pool) if paper.pinned),
        twins=frozenset(at for at, paper in enumerate(pool) if paper.twins),
        kin=frozenset(at for at, paper in enumerate(pool) if paper.kin),
        upper=_upper(pool),
        mentions=Mentions(pool),
    )


def _upper(pool: Sequence[PoolPaper]) -> frozenset[int]:
    of_main: dict[str, list[int]] = defaultdict(list)
    for at, paper in enumerate(pool):
        of_main[paper.primary].append(at)
    return frozenset(at for places in of_main.values() for at in places[: (len(places) + 1) // 2])
