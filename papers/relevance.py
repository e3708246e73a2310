"""How alike texts are: TF-IDF vectors over one pool of papers. Values in, values out.

How rare a word is depends on the pool alone; words that no paper of the pool has do not count.
Cosines are exact, so that the same pool and the same texts always give the same figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from papers.scores import text

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Vectors:
    """A pool's papers as rows of length 1, and what makes vectors of other texts."""

    papers: csr_matrix
    mean: Array  # of each paper: how like the average of all it is
    terms: tuple[str, ...]
    maker: TfidfVectorizer

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """Rows of length 1; of length 0 where the pool knows none of a text's words."""
        if not texts:
            return csr_matrix((0, len(self.terms)))
        rows = csr_matrix(self.maker.transform(texts))
        rows.sort_indices()
        return rows

    def likeness(self, rows: csr_matrix) -> Array:
        """The product of each row with each paper; of rows of length 1, the cosine."""
        return np.asarray((rows @ self.papers.T).toarray())

    def shared(self, rows: csr_matrix, at: int, paper: int, most: int) -> list[str]:
        """The words that make that row and that paper alike, the most telling first."""
        words, weights = _row(rows, at)
        also, their_weights = _row(self.papers, paper)
        common, here, there = np.intersect1d(words, also, True, True)  # noqa: FBT003  # numpy's own
        order = np.lexsort((common, -weights[here] * their_weights[there]))
        return [self.terms[word] for word in common[order][:most]]


@lru_cache(maxsize=16)
def vectors(texts: tuple[str, ...]) -> Vectors:
    """Of a pool of papers by their texts; kept, because all chunks of an edition ask for them."""
    terms = tuple(sorted({word for text in texts for word in _words(text)})) or ("",)
    maker = TfidfVectorizer(analyzer=_words, vocabulary=terms, sublinear_tf=True)
    papers = csr_matrix(maker.fit_transform(texts or [""]))[: len(texts)]
    papers.sort_indices()
    average = np.asarray(papers.sum(axis=0)).ravel() / max(1, len(texts))
    return Vectors(papers, np.asarray(papers @ average).ravel(), terms, maker)


def standardised(figures: Array) -> Array:
    """Each row with mean 0 and deviation 1; all 0 where its figures do not differ."""
    if not figures.size:
        return figures
    off = figures - figures.mean(axis=-1, keepdims=True)
    spread = off.std(axis=-1, keepdims=True)
    return np.asarray(off / np.where(spread > 1e-12, spread, np.inf))  # noqa: PLR2004  # rounding


@lru_cache(maxsize=8192)  # an edition shares most of its papers with the one before
def _words(of: str) -> tuple[str, ...]:
    return tuple(map(intern, text.words(of)))


def _row(matrix: csr_matrix, at: int) -> tuple[Array, Array]:
    place = slice(matrix.indptr[at], matrix.indptr[at + 1])
    return matrix.indices[place], matrix.data[place]
