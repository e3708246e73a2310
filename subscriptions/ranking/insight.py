"""One reader and one pool: which papers fit, and in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from subscriptions.ranking.matching import authors_of, new_to, topics_of
from subscriptions.ranking.mentions import Mentions
from subscriptions.ranking.values import (
    UNLEARNED,
    Keyword,
    Learned,
    PoolPaper,
    Reader,
    Sample,
)

if TYPE_CHECKING:
    from subscriptions.ranking.content import Taste

AUTHOR_BONUS = 3.0  # in deviations of the score
KEYWORD_BONUS = 2.0


@dataclass(frozen=True)
class Facts:
    """Places in a pool that all readers ask for; found once."""

    of_topic: Mapping[str, frozenset[int]]
    pinned: frozenset[int]
    kin: frozenset[int]  # that have any
    upper: frozenset[int]  # the first half of their main topic's, by trending
    mentions: Mentions


@dataclass(frozen=True)
class Insight:
    """All that joins a reader and a pool, by place in the pool; each found when first asked."""

    pool: Sequence[PoolPaper]
    reader: Reader
    facts: Facts
    taste: Taste | None

    @cached_property
    def new(self) -> list[int]:
        """What this reader may get, best first."""
        if not (self.taste or self.reader.authors or self.reader.keywords):
            return self.unseen
        pinned, scores = self.facts.pinned, self._scores
        return sorted(self.unseen, key=lambda at: (at not in pinned, -scores[at], at))

    @cached_property
    def unseen(self) -> list[int]:
        """The same by trending."""
        return new_to(self.reader, self.pool, self.facts.mentions)

    @cached_property
    def leading(self) -> frozenset[int]:
        """Those that trending alone would bring to this reader."""
        return frozenset(self.unseen[: self.reader.wanted])

    @cached_property
    def authors(self) -> list[list[int]]:
        if not self.reader.authors:
            return [[]] * len(self.pool)
        return [authors_of(paper, self.reader) for paper in self.pool]

    @cached_property
    def keywords(self) -> list[list[Keyword]]:
        found: list[list[Keyword]] = [[] for _ in self.pool]
        for keyword in self.reader.keywords:
            for at in self.facts.mentions.of(keyword):
                found[at].append(keyword)
        return found

    @cached_property
    def fitting(self) -> frozenset[int]:
        """The places of all that is meant for this reader: without chosen topics, everything."""
        if not self.reader.topics:
            return frozenset(range(len(self.pool)))
        nothing = frozenset[int]()
        topics = (self.facts.of_topic.get(code, nothing) for code in self.reader.topics)
        return nothing.union(self.facts.pinned, self.personal, *topics)

    @cached_property
    def personal(self) -> frozenset[int]:
        """Those by a followed author, with a followed keyword, or like a liked paper."""
        if not self.taste and not self.reader.authors and not self.reader.keywords:
            return frozenset()
        told = (at for at in range(len(self.pool)) if self.authors[at] or self.keywords[at])
        return frozenset(told) | self.liked.keys()

    @cached_property
    def liked(self) -> Mapping[int, tuple[Sample, list[str]]]:
        """Papers like one that the reader likes: that one, and the words they share."""
        return self.taste.liked.found if self.taste else {}

    def close_to(self, at: int) -> tuple[Sample | Keyword, list[str]] | None:
        """What made the words of that paper count, and which words they share."""
        if not self.taste or not self.taste.lifted[at]:
            return None
        return self.taste.wished.close_to(at)

    @cached_property
    def unwelcome(self) -> Container[int]:
        """Papers like one that the reader wants less of."""
        return self.taste.disliked.found if self.taste else ()

    def topics(self, at: int) -> list[str]:
        """Those of the paper that the reader follows, the main one first."""
        return topics_of(self.pool[at], self.reader)

    @cached_property
    def _scores(self) -> list[float]:
        words = self.taste.scores.tolist() if self.taste else [0.0] * len(self.pool)
        return [
            score + AUTHOR_BONUS * bool(authors) + KEYWORD_BONUS * bool(keywords)
            for score, authors, keywords in zip(words, self.authors, self.keywords, strict=True)
        ]


def insights(
    pool: Sequence[PoolPaper], readers: Iterable[Reader], learned: Learned = UNLEARNED
) -> list[Insight]:
    """Of each reader, in their order; the vectors are made only when somebody needs them."""
    readers = list(readers)
    facts = _facts(pool)
    tasteful = [reader for reader in readers if reader.has_taste]
    if not tasteful:
        return [Insight(pool, reader, facts, None) for reader in readers]
    from subscriptions.ranking.content import tastes  # noqa: PLC0415  # brings large libraries

    made = iter(tastes(pool, tasteful, learned.load()))
    return [
        Insight(pool, reader, facts, next(made) if reader.has_taste else None) for reader in readers
    ]


def _facts(pool: Sequence[PoolPaper]) -> Facts:
    of_topic: dict[str, set[int]] = defaultdict(set)
    for at, paper in enumerate(pool):
        for code in paper.topics:
            of_topic[code].add(at)
    return Facts(
        {code: frozenset(places) for code, places in of_topic.items()},
        pinned=frozenset(at for at, paper in enumerate(pool) if paper.pinned),
        kin=frozenset(at for at, paper in enumerate(pool) if paper.kin),
        upper=_upper(pool),
        mentions=Mentions(pool),
    )


def _upper(pool: Sequence[PoolPaper]) -> frozenset[int]:
    of_main: dict[str, list[int]] = defaultdict(list)
    for at, paper in enumerate(pool):
        of_main[paper.primary].append(at)
    return frozenset(at for places in of_main.values() for at in places[: (len(places) + 1) // 2])
