"""Which of the texts that a reader gave the papers of a pool are like, and by which words."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from scipy.sparse import csr_matrix

from papers.relevance.model import Array, Model
from papers.relevance.vectors import vectors
from subscriptions.ranking.values import Keyword, PoolPaper, Reader, Sample

RESEMBLES = 0.13  # cosine from which a paper is said to be like another …
WORDS_SHARED = 2  # … if they share so many words: one alone may have two meanings
CLOSE = 0.03  # cosine from which shared words are worth telling
TERMS_TOLD = 3

Wish = TypeVar("Wish", bound=Sample | Keyword)
Some = TypeVar("Some", bound=Sample | Keyword)


class Space:
    """A pool's vectors, and those of all texts that its readers gave, each made once."""

    def __init__(self, pool: Sequence[PoolPaper], readers: Iterable[Reader], model: Model) -> None:
        self.vectors = vectors(tuple(paper.text for paper in pool), model)
        given = (text for reader in readers for text in given_by(reader))
        self._place = {text: at for at, text in enumerate(dict.fromkeys(given))}
        self.texts = self.vectors.of(list(self._place))
        self._telling = self.vectors.says_something(self.texts)

    def knows(self, text: str) -> bool:
        """Whether any paper has a word of it, or the model knows what it means."""
        return bool(self._telling[self._place[text]])

    def __len__(self) -> int:
        return len(self._place)

    def places(self, texts: Iterable[str]) -> list[int]:
        return [self._place[text] for text in texts]


class Resemblance(Generic[Wish]):
    """Which of some samples the papers of a pool are like; compared when first asked."""

    def __init__(self, space: Space, samples: Sequence[Wish]) -> None:
        self._space, self._samples = space, samples

    def of_first(self, samples: Sequence[Some]) -> "Resemblance[Some]":
        """The same for these, which are the first of the samples: compared together with all."""
        return _OfFirst(self, self._space, samples)

    @cached_property
    def found(self) -> frozenset[int]:
        """The places of papers that are like one of the samples."""
        if not self._samples:
            return frozenset()
        alike = np.flatnonzero(self.likeness.max(axis=0) >= RESEMBLES)
        if not alike.size:
            return frozenset()
        shared = self._space.vectors.words_shared(self.rows, alike)
        enough = shared[self.likeness[:, alike].argmax(axis=0), range(alike.size)] >= WORDS_SHARED
        return frozenset(alike[enough].tolist())

    def close_to(self, at: int) -> tuple[Wish, list[str]] | None:
        """What the paper at that place is nearest to, and at least one word they share."""
        if not self._samples or self.likeness[:, at].max() < CLOSE:
            return None
        return self.nearest(at)

    def nearest(self, at: int) -> tuple[Wish, list[str]]:
        """The sample that the paper is most like, and what they share, the most telling first."""
        nearest = int(self.likeness[:, at].argmax())
        terms = self._space.vectors.shared(self.rows, nearest, at, TERMS_TOLD)
        return self._samples[nearest], terms

    @cached_property
    def rows(self) -> csr_matrix:
        return self._space.texts.terms[self._space.places(one.text for one in self._samples)]

    @cached_property
    def likeness(self) -> Array:
        # rounded, so that of two alike the first is taken wherever it is computed
        return self._space.vectors.likeness(self.rows).round(6)


class _OfFirst(Resemblance[Wish]):
    def __init__(self, whole: Resemblance[Any], space: Space, samples: Sequence[Wish]) -> None:
        super().__init__(space, samples)
        self._whole = whole

    @cached_property
    def rows(self) -> csr_matrix:
        return self._whole.rows

    @cached_property
    def likeness(self) -> Array:
        return self._whole.likeness[: len(self._samples)]


def given_by(reader: Reader) -> list[str]:
    """All texts that the reader gave to find more like, or less."""
    return [
        *(like.text for like in reader.likes),
        *(keyword.text for keyword in reader.keywords),
        *(dislike.text for dislike in reader.dislikes),
    ]
