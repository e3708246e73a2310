"""Which of the texts that a reader gave the papers of a pool are like, and by which words."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from papers.relevance.model import Array, Model
from papers.relevance.vectors import vectors
from subscriptions.ranking.values import Keyword, PoolPaper, Reader, Sample

RESEMBLES = 0.13  # cosine from which a paper is said to be like another …
WORDS_SHARED = 2  # … if they share so many words: one alone may have two meanings
CLOSE = 0.03  # cosine from which shared words are worth telling
TERMS_TOLD = 3

Wish = TypeVar("Wish", bound=Sample | Keyword)


class Space:
    """A pool's vectors, and those of all texts that its readers gave, each made once."""

    def __init__(self, pool: Sequence[PoolPaper], readers: Iterable[Reader], model: Model) -> None:
        self.vectors = vectors(tuple(paper.text for paper in pool), model)
        given = (text for reader in readers for text in given_by(reader))
        self._place = {text: at for at, text in enumerate(dict.fromkeys(given))}
        self.texts = self.vectors.of(list(self._place))
        self._telling = self.vectors.says_something(self.texts)

    @cached_property
    def likeness(self) -> Array:
        """Texts × papers: cosines."""
        return self.vectors.likeness(self.texts.terms)

    @cached_property
    def words_shared(self) -> Array:
        """Texts × papers: how many words both have."""
        return self.vectors.words_shared(self.texts.terms)

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

    @cached_property
    def found(self) -> frozenset[int]:
        """The places of papers that are like one of the samples."""
        if not self._samples:
            return frozenset()
        return frozenset(np.flatnonzero(self._alike.any(axis=0)).tolist())

    def like(self, at: int) -> tuple[Wish, list[str]]:
        """The sample that a paper found is most like, and what they share."""
        return self._told(np.where(self._alike[:, at], self._likeness[:, at], 0), at)

    def close_to(self, at: int) -> tuple[Wish, list[str]] | None:
        """What the paper at that place is nearest to, and at least one word they share."""
        if not self._samples or self._likeness[:, at].max() < CLOSE:
            return None
        return self._told(self._likeness[:, at], at)

    def _told(self, likeness: Array, at: int) -> tuple[Wish, list[str]]:
        """What they share: the most telling first."""
        nearest, space = int(likeness.argmax()), self._space
        terms = space.vectors.shared(space.texts.terms, int(self._rows[nearest]), at, TERMS_TOLD)
        return self._samples[nearest], terms

    @cached_property
    def _alike(self) -> Array:
        """Samples × papers; one sample more takes nothing from what the others are like."""
        enough = self._space.words_shared[self._rows] >= WORDS_SHARED
        return np.asarray(enough & (self._likeness >= RESEMBLES))

    @cached_property
    def _rows(self) -> Array:
        return np.array(self._space.places(one.text for one in self._samples))

    @cached_property
    def _likeness(self) -> Array:
        # rounded, so that of two alike the first is taken wherever it is computed
        return self._space.likeness[self._rows].round(6)


def given_by(reader: Reader) -> list[str]:
    """All texts that the reader gave to find more like, or less."""
    return [
        *(like.text for like in reader.likes),
        *(keyword.text for keyword in reader.keywords),
        *(dislike.text for dislike in reader.dislikes),
    ]
