"""The papers of one pool, and other texts compared with them. Values in, values out.

A word that the model does not know counts by how rare it is in the pool. Cosines are exact, so
that the same model, pool and texts always give the same figures.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from scipy.sparse import csr_matrix

from papers.relevance.model import NO_MODEL, Array, Counted, Model, counted, rarity, weight


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts by their terms, each of length 1 or 0, and where each stands on the model's axes."""

    terms: csr_matrix
    standing: Array


@dataclass(frozen=True, eq=False)
class Vectors:
    """A pool's papers as rows, and what makes rows of other texts."""

    model: Model
    extra: Mapping[str, int]  # words of the pool that the model does not know, and their columns
    rarity: Array  # by column
    papers: Rows
    texts: tuple[str, ...]

    @cached_property
    def mean(self) -> Array:
        """Of each paper: how like the average of all it is."""
        rows = self.papers.terms
        average = np.asarray(rows.sum(axis=0)).ravel() / max(1, rows.shape[0])
        return np.asarray(rows @ average).ravel()

    @cached_property
    def known(self) -> Array:
        """By column, whether any paper of the pool has that term."""
        return np.bincount(self.papers.terms.indices, minlength=len(self.rarity)) > 0

    def of(self, texts: Sequence[str]) -> Rows:
        return _rows(texts, self.model, self.extra, self.rarity)

    def says_something(self, rows: Rows) -> Array:
        """By row: whether any paper has a word of it, or the model can place it."""
        shared = rows.terms @ self.known.astype(np.float64) > 0
        return np.asarray(shared | rows.standing.any(axis=1))

    def likeness(self, rows: csr_matrix) -> Array:
        """The product of each row with each paper; of rows of length 1, the cosine."""
        return np.asarray((rows @ self._by_term).toarray())

    @cached_property
    def _by_term(self) -> csr_matrix:
        return csr_matrix(self.papers.terms.T)

    def words_shared(self, rows: csr_matrix) -> Array:
        """How many words each row and each paper have both; phrases are no words."""
        return np.asarray((self._words_of(rows) @ self._by_word).toarray())

    @cached_property
    def _by_word(self) -> csr_matrix:
        return csr_matrix(self._words_of(self.papers.terms).T)

    def _words_of(self, rows: csr_matrix) -> csr_matrix:
        return csr_matrix((self._is_word[rows.indices], rows.indices, rows.indptr), rows.shape)

    @cached_property
    def _is_word(self) -> Array:
        return np.array([" " not in name for name in self._names], dtype=np.int32)

    def shared(self, rows: csr_matrix, at: int, paper: int, most: int) -> list[str]:
        """The terms that make that row and that paper alike, the most telling first.

        No word is told twice, alone and in a phrase.
        """
        theirs, names = self._weights_of(paper), self._names
        common = [
            (-round(weight * theirs[column], 9), names[column])
            for column, weight in _row(rows, at)
            if column in theirs
        ]
        told: dict[str, set[str]] = {}
        for _, name in sorted(common):
            if len(told) == most:
                break
            if (parts := set(name.split())).isdisjoint(chain(*told.values())):
                told[name] = parts
        return list(told)

    def _weights_of(self, paper: int) -> dict[int, float]:
        if paper not in self._asked:
            self._asked[paper] = dict(_row(self.papers.terms, paper))
        return self._asked[paper]

    @cached_property
    def _asked(self) -> dict[int, dict[int, float]]:
        """By place, the terms of papers that readers were told of."""
        return {}

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return (*self.model.terms, *self.extra)


@lru_cache(maxsize=16)
def vectors(texts: tuple[str, ...], model: Model = NO_MODEL) -> Vectors:
    """Of a pool of papers by their texts; kept, because all chunks of an edition ask for them."""
    known = len(model.terms)
    holders = Counter(word for text in texts for word, _ in counted(text, model).other)
    extra = {word: known + at for at, word in enumerate(sorted(holders))}
    in_pool = rarity(np.array([holders[word] for word in extra], dtype=np.float64), len(texts))
    rare = np.concatenate([model.rarity, in_pool])
    return Vectors(model, extra, rare, _rows(texts, model, extra, rare), texts)


def forget() -> None:
    """All texts and pools that are kept in memory."""
    counted.cache_clear()
    vectors.cache_clear()


def standardised(figures: Array) -> Array:
    """Each row with mean 0 and deviation 1; all 0 where its figures do not differ."""
    if not figures.size:
        return figures
    return np.asarray((figures - figures.mean(axis=-1, keepdims=True)) / deviation(figures))


def deviation(figures: Array) -> Array:
    """Of each row; infinite where its figures do not differ."""
    if not figures.size:
        return np.ones((*figures.shape[:-1], 1))
    found = figures.std(axis=-1, keepdims=True)
    return np.where(found > 1e-12, found, np.inf)  # noqa: PLR2004  # rounding


def _rows(texts: Sequence[str], model: Model, extra: Mapping[str, int], rare: Array) -> Rows:
    rows = [_weighted(counted(text, model), extra, rare) for text in texts]
    begins = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows]) if rows else np.zeros(0, np.int32)
    weights = np.concatenate([weights for _, weights in rows]) if rows else np.zeros(0)
    terms = csr_matrix((weights, columns, begins), shape=(len(rows), len(rare)))
    terms.sort_indices()
    return Rows(terms, model.standing(_first(terms, len(model.terms)), texts))


def _first(rows: csr_matrix, width: int) -> csr_matrix:
    """The first columns."""
    within = rows.indices < width
    begins = np.concatenate([[0], np.cumsum(within)])[rows.indptr]
    cells = rows.data[within].astype(np.float32), rows.indices[within], begins
    return csr_matrix(cells, shape=(rows.shape[0], width))


def _weighted(one: Counted, extra: Mapping[str, int], rare: Array) -> tuple[Array, Array]:
    """Columns and weights; words of no column count in the length, as the rarest."""
    here = [(extra[word], count) for word, count in one.other if word in extra]
    elsewhere = [count for word, count in one.other if word not in extra]
    columns = np.concatenate([one.terms, np.array([at for at, _ in here], dtype=np.int32)])
    counts = np.concatenate([one.counts, np.array([count for _, count in here], dtype=np.int32)])
    weights = weight(counts, rare[columns])
    foreign = weight(np.array(elsewhere), rare.max(initial=1.0)) if elsewhere else np.zeros(0)
    length = np.sqrt((weights**2).sum() + (foreign**2).sum())
    return columns, weights / (length or 1.0)


def _row(matrix: csr_matrix, at: int) -> Iterator[tuple[int, float]]:
    place = slice(matrix.indptr[at], matrix.indptr[at + 1])
    return zip(matrix.indices[place].tolist(), matrix.data[place].tolist(), strict=True)
