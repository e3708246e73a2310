"""One reader and one pool: which papers fit, and in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from subscriptions.ranking.facts import Facts, facts_of
from subscriptions.ranking.matching import authors_of, new_to, topics_of
from subscriptions.ranking.values import UNLEARNED, Keyword, Learned, PoolPaper, Reader, Sample

if TYPE_CHECKING:
    from subscriptions.ranking.content import Taste

AUTHOR_BONUS = 3.0  # in deviations of the score
KEYWORD_BONUS = 2.0
TEXTS_AT_ONCE = 4000  # of readers: 8 bytes for each and each paper


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
        if not self.by_score:
            return self.unseen
        order, pinned = self._by_score, self.facts.pinned
        if not pinned:
            return order(self.unseen)
        first = [at for at in self.unseen if at in pinned]
        return order(first) + order([at for at in self.unseen if at not in pinned])

    @property
    def by_score(self) -> bool:
        """Whether the reader told enough for an order of their own; else it is that of trending."""
        return bool(self.taste or self.reader.authors or self.reader.keywords)

    @cached_property
    def unseen(self) -> list[int]:
        """The same by trending."""
        return new_to(self.reader, self.pool, self.facts)

    @cached_property
    def leading(self) -> frozenset[int]:
        """Those that trending alone would bring to this reader."""
        return frozenset(self.unseen[: self.reader.wanted])

    @cached_property
    def authors(self) -> Mapping[int, list[int]]:
        """Those followed, of the papers by any of them."""
        if not self.reader.authors:
            return {}
        found = {at: authors_of(paper, self.reader) for at, paper in enumerate(self.pool)}
        return {at: authors for at, authors in found.items() if authors}

    @cached_property
    def keywords(self) -> Mapping[int, list[Keyword]]:
        """Those followed, of the papers that mention any of them."""
        found: dict[int, list[Keyword]] = defaultdict(list)
        for keyword in self.reader.keywords:
            for at in self.facts.mentions.of(keyword):
                found[at].append(keyword)
        return dict(found)

    @cached_property
    def fitting(self) -> frozenset[int]:
        """The places of all that is meant for this reader: without chosen topics, everything."""
        if not self.reader.topics:
            return self.facts.everything
        nothing = frozenset[int]()
        topics = (self.facts.of_topic.get(code, nothing) for code in self.reader.topics)
        return nothing.union(self.facts.pinned, self.personal, *topics)

    @cached_property
    def personal(self) -> frozenset[int]:
        """Those by a followed author, with a followed keyword, or like a liked paper."""
        return self.liked.union(self.authors, self.keywords)

    @cached_property
    def liked(self) -> frozenset[int]:
        """Papers like one that the reader likes."""
        return self.taste.liked.found if self.taste else frozenset()

    def like(self, at: int) -> tuple[Sample, list[str]] | None:
        """Which one that is, and the words they share."""
        return self.taste.liked.like(at) if self.taste and at in self.liked else None

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

    def _by_score(self, places: list[int]) -> list[int]:
        """Of equal ones, those first that trending has first."""
        return sorted(places, key=self.scores.__getitem__, reverse=True)

    @cached_property
    def scores(self) -> list[float]:
        """By place."""
        scores = self.taste.scores.tolist() if self.taste else [0.0] * len(self.pool)
        for at in self.authors:
            scores[at] += AUTHOR_BONUS
        for at in self.keywords:
            scores[at] += KEYWORD_BONUS
        return scores

    def parts(self, at: int) -> dict[str, float]:
        """What the score is the sum of, by name."""
        told = self.taste.parts.items() if self.taste else ()
        return {name: float(figures[at]) for name, figures in told} | {
            "author": AUTHOR_BONUS * (at in self.authors),
            "keyword": KEYWORD_BONUS * (at in self.keywords),
        }


def insights(
    pool: Sequence[PoolPaper], readers: Iterable[Reader], learned: Learned = UNLEARNED
) -> Iterator[Insight]:
    """Of each reader, in their order; the vectors are made only when somebody needs them."""
    facts = facts_of(pool)
    for some in _together(readers):
        made = _tastes(pool, [reader for reader in some if reader.has_taste], learned)
        for reader in some:
            yield Insight(pool, reader, facts, next(made) if reader.has_taste else None)


def _tastes(
    pool: Sequence[PoolPaper], readers: list[Reader], learned: Learned
) -> Iterator[Taste | None]:
    if not readers:
        return iter(())
    from subscriptions.ranking.content import tastes  # noqa: PLC0415  # brings large libraries

    return iter(tastes(pool, readers, learned.load()))


def _together(readers: Iterable[Reader]) -> Iterator[list[Reader]]:
    """As many as have so many texts together: each is compared with each paper of the pool."""
    some, texts = list[Reader](), 0
    for reader in readers:
        some.append(reader)
        texts += len(reader.likes) + len(reader.dislikes) + len(reader.keywords)
        if texts >= TEXTS_AT_ONCE:
            yield some
            some, texts = [], 0
    yield some
