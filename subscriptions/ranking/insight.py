"""One reader and one pool: which papers fit, and in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
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
        pinned = [at for at in self.unseen if at in self.facts.pinned]
        others = (
            [at for at in self.unseen if at not in self.facts.pinned] if pinned else self.unseen
        )
        return self._by_score(pinned) + self._by_score(others)

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
        return self.taste.liked.nearest(at) if self.taste and at in self.liked else None

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
) -> list[Insight]:
    """Of each reader, in their order; the vectors are made only when somebody needs them."""
    readers = list(readers)
    facts = facts_of(pool)
    tasteful = [reader for reader in readers if reader.has_taste]
    if not tasteful:
        return [Insight(pool, reader, facts, None) for reader in readers]
    from subscriptions.ranking.content import tastes  # noqa: PLC0415  # brings large libraries

    made = iter(tastes(pool, tasteful, learned.load()))
    return [
        Insight(pool, reader, facts, next(made) if reader.has_taste else None) for reader in readers
    ]
