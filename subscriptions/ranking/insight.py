"""One reader and one pool: which papers fit, and in which order."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from subscriptions.ranking.matching import authors_of, keywords_in, new_to, topics_of
from subscriptions.ranking.values import Keyword, PoolPaper, Reader, Sample

if TYPE_CHECKING:
    from subscriptions.ranking.content import Taste

AUTHOR_BONUS = 3.0  # in deviations of the score
KEYWORD_BONUS = 2.0


@dataclass(frozen=True)
class Insight:
    """All that joins a reader and a pool, by place in the pool; each found when first asked."""

    pool: Sequence[PoolPaper]
    reader: Reader
    taste: Taste | None

    @cached_property
    def new(self) -> list[int]:
        """What this reader may get, best first."""
        new = new_to(self.reader, self.pool)
        ranks_anew = self.taste or self.reader.authors
        return sorted(new, key=self._order) if ranks_anew else new

    @cached_property
    def authors(self) -> list[list[int]]:
        if not self.reader.authors:
            return [[]] * len(self.pool)
        return [authors_of(paper, self.reader) for paper in self.pool]

    @cached_property
    def keywords(self) -> list[list[Keyword]]:
        if not self.reader.keywords:
            return [[]] * len(self.pool)
        return [keywords_in(paper, self.reader.keywords) for paper in self.pool]

    @cached_property
    def topics(self) -> list[list[str]]:
        return [topics_of(paper, self.reader) for paper in self.pool]

    @cached_property
    def liked(self) -> Mapping[int, tuple[Sample, list[str]]]:
        """Papers like one that the reader likes: that one, and the words they share."""
        return self.taste.liked.found if self.taste else {}

    @cached_property
    def unwelcome(self) -> Container[int]:
        """Papers like one that the reader wants less of."""
        return self.taste.disliked.found if self.taste else ()

    def fits(self, at: int) -> bool:
        """Meant for this reader: without chosen topics, everything is."""
        if not self.reader.topics or self.pool[at].pinned:
            return True
        return bool(self.topics[at]) or self.is_personal(at)

    def is_personal(self, at: int) -> bool:
        """By a followed author, with a followed keyword, or like a liked paper."""
        return bool(self.authors[at] or self.keywords[at]) or at in self.liked

    def _order(self, at: int) -> tuple[bool, float, int]:
        return not self.pool[at].pinned, -self._score(at), at

    def _score(self, at: int) -> float:
        bonus = AUTHOR_BONUS * bool(self.authors[at]) + KEYWORD_BONUS * bool(self.keywords[at])
        return bonus + (float(self.taste.scores[at]) if self.taste else 0.0)


def insights(pool: Sequence[PoolPaper], readers: Iterable[Reader]) -> list[Insight]:
    """Of each reader, in their order; the vectors are made only when somebody needs them."""
    readers = list(readers)
    tasteful = [reader for reader in readers if reader.has_taste]
    if not tasteful:
        return [Insight(pool, reader, None) for reader in readers]
    from subscriptions.ranking.content import tastes  # noqa: PLC0415  # brings large libraries

    made = iter(tastes(pool, tasteful))
    return [Insight(pool, reader, next(made) if reader.has_taste else None) for reader in readers]
