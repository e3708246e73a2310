"""How unlike the earlier papers of its topic each paper is. Values in, values out.

A paper is a TF-IDF vector of its strongest terms, of length 1. Rare words count by how rare they
are among the topic's papers from `since` on. Two papers are as similar as the cosine of the angle
between their vectors, computed exactly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

LOOK_BACK_DAYS = 365
NEIGHBOURS = 10
SHOWN = 5
STRONGEST_TERMS = 60
CELLS = 4_000_000  # similarities held at once, 4 bytes each

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Text:
    """The words of one paper (its row's number), and the day that tells which came earlier."""

    paper: int
    day: date
    words: list[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """1 - the mean similarity to the nearest 10 earlier papers, None with fewer or no words.

    `nearest` are the rows of the up to 5 most similar earlier papers, the most similar first.
    """

    dissimilarity: float | None
    nearest: tuple[int, ...]


def likenesses(texts: Iterable[Text], wanted: set[int], since: date) -> dict[int, Likeness]:
    """Of the wanted papers among `texts`, by paper. The order of texts does not matter."""
    papers: list[int] = []
    days: list[int] = []
    counts = _counts(_noted(texts, papers, days))
    if not papers:
        return {}
    order = np.lexsort((papers, days))  # earlier by day, then by row
    papers_in_order, days_in_order = np.array(papers)[order], np.array(days)[order]
    vectors = _vectors(counts[order], days_in_order >= since.toordinal())
    positions = np.flatnonzero(np.isin(papers_in_order, list(wanted)))
    return {
        int(papers_in_order[position]): _likeness(row, papers_in_order[start:position])
        for position, start, row in _similarities(vectors, days_in_order, positions)
    }


def _noted(texts: Iterable[Text], papers: list[int], days: list[int]) -> Iterator[list[str]]:
    for text in texts:
        papers.append(text.paper)
        days.append(text.day.toordinal())
        yield text.words


def _counts(documents: Iterable[list[str]]) -> csr_matrix:
    """Papers × words in the order of the alphabet: how often."""
    counter = CountVectorizer(analyzer=lambda words: words, dtype=np.float32)
    # One more document with one more, empty word: no word at all would be an error.
    return csr_matrix(counter.fit_transform(chain(documents, [[""]])))[:-1]


def _vectors(counts: csr_matrix, recent: Array) -> csr_matrix:
    frequency = np.bincount(counts[recent].indices, minlength=counts.shape[1])
    rarity = np.log((1 + recent.sum()) / (1 + frequency)) + 1
    weighted = counts.copy()
    weighted.data = ((1 + np.log(counts.data)) * rarity[counts.indices]).astype(np.float32)
    return csr_matrix(normalize(_strongest(weighted)))


def _strongest(weighted: csr_matrix) -> csr_matrix:
    """The strongest terms of each row; of equal ones, the first in the alphabet."""
    row = np.repeat(np.arange(weighted.shape[0]), np.diff(weighted.indptr))
    order = np.lexsort((weighted.indices, -weighted.data, row))
    place = np.arange(len(row)) - weighted.indptr[row]
    kept = np.sort(order[place < STRONGEST_TERMS])
    cells = (weighted.data[kept], (row[kept], weighted.indices[kept]))
    return csr_matrix(cells, shape=weighted.shape)


def _similarities(
    vectors: csr_matrix, days: Array, positions: Array
) -> Iterator[tuple[int, int, Array | None]]:
    """For each position: where its look back starts, and the similarities from there up to it."""
    starts = np.searchsorted(days, days[positions] - LOOK_BACK_DAYS)
    size = max(1, CELLS // max(1, len(days)))
    for at in range(0, len(positions), size):
        chunk, first = positions[at : at + size], starts[at]
        product = (vectors[chunk] @ vectors[first : chunk[-1]].T).toarray()
        for position, start, row in zip(chunk, starts[at : at + size], product, strict=True):
            has_words = vectors.indptr[position] < vectors.indptr[position + 1]
            yield position, start, row[start - first : position - first] if has_words else None


def _likeness(similar: Array | None, earlier: Array) -> Likeness:
    if similar is None:
        return Likeness(None, ())
    best = _highest(similar)
    nearest = tuple(int(earlier[at]) for at in best[:SHOWN] if similar[at] > 0)
    if len(best) < NEIGHBOURS:
        return Likeness(None, nearest)
    mean = float(similar[best].mean(dtype=np.float64))
    return Likeness(round(min(1.0, max(0.0, 1 - mean)), 4), nearest)


def _highest(similar: Array) -> Array:
    """Where the highest ten are, the highest first; of equal ones, the latest paper."""
    at = np.arange(len(similar))
    if len(similar) > NEIGHBOURS:
        at = np.flatnonzero(similar >= np.partition(similar, -NEIGHBOURS)[-NEIGHBOURS])
    return at[np.lexsort((-at, -similar[at]))][:NEIGHBOURS]
