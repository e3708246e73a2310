"""What was learned from all papers, and texts as rows over its terms. Values in, values out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from sys import intern
from typing import Any, Protocol

import numpy as np
from scipy.sparse import csr_matrix

from papers.scores import text

Array = np.ndarray[Any, Any]

EVENNESS = 2.0  # of the mean variance, added to that of each axis, so that none counts by chance


class Meaning(Protocol):
    """Where texts lie: of any length, and 0 for a text that it cannot place."""

    def of(self, rows: csr_matrix, texts: Sequence[str]) -> Array:
        """Texts × axes, from their rows over the model's terms (or else from the texts)."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Latent semantic analysis: terms that occur with the same others lie near each other."""

    terms: Array  # terms × axes

    def of(self, rows: csr_matrix, _: Sequence[str]) -> Array:
        return np.asarray(rows @ self.terms)


@dataclass(frozen=True, eq=False)  # told apart as they are: one of a kind in a process
class Model:
    """Terms are words and phrases of two words; `rarity` is 1 and more, of one in every paper: 1.

    `mean` and `variance` are those of all papers on the axes. `version` is 0 for a model that was
    never kept.
    """

    terms: tuple[str, ...]
    rarity: Array  # by term
    meaning: Meaning
    mean: Array = field(repr=False)  # by axis
    variance: Array = field(repr=False)
    version: int = 0

    @cached_property
    def places(self) -> Mapping[str, int]:
        return {term: at for at, term in enumerate(self.terms)}

    @cached_property
    def phrases(self) -> bool:
        return any(" " in term for term in self.terms)

    @property
    def has_meaning(self) -> bool:
        return bool(self.mean.size)

    def standing(self, rows: csr_matrix, texts: Sequence[str]) -> Array:
        """Where each text stands on the axes, off the mean paper; 0 for one without a place.

        On each axis it counts by how little papers differ there: their product tells what
        sets a reader's papers apart from all others.
        """
        if not (self.has_meaning and rows.shape[0]):
            return np.zeros((rows.shape[0], len(self.mean)))
        placed = np.asarray(self.meaning.of(rows, texts), dtype=np.float64)
        known = placed.any(axis=1, keepdims=True)
        off = np.where(known, of_length_one(placed) - self.mean, 0.0)
        spread = np.sqrt(self.variance + EVENNESS * self.variance.mean())
        return np.asarray(off / np.where(spread > 0, spread, np.inf))


NO_MODEL = Model((), np.zeros(0), Axes(np.zeros((0, 0))), np.zeros(0), np.zeros(0))


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a text has each term of a model, and each word that is none."""

    terms: Array
    counts: Array
    other: tuple[tuple[str, int], ...]


@lru_cache(maxsize=16384)  # an edition shares most of its papers with the one before
def counted(of: str, model: Model) -> Counted:
    found = Counter(_terms(of, model) if model.phrases else text.words(of))
    known = [(place, found[term]) for term in found if (place := model.places.get(term, -1)) >= 0]
    other = [(intern(term), found[term]) for term in found if term not in model.places]
    places, counts = np.array(known, dtype=np.int32).reshape(-1, 2).T
    return Counted(places, counts, tuple(other))


def weight(counts: Array, rarity: Array) -> Array:
    """How much a term tells of a text that has it so often. Measured in docs/ranking.md."""
    return np.asarray(np.sqrt(counts) * rarity**1.5)


def of_length_one(rows: Array) -> Array:
    """Each row, but for those that are 0."""
    lengths = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0))


def rarity(holders: Array, papers: int) -> Array:
    """Of terms that so many of the papers have."""
    return np.asarray(np.log((1 + papers) / (1 + holders)) + 1)


def _terms(of: str, model: Model) -> list[str]:
    runs, places = text.runs(of), model.places
    pairs = (f"{one} {other}" for run in runs for one, other in pairwise(run))
    return [*chain(*runs), *(pair for pair in pairs if pair in places)]
