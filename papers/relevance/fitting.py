"""Fitting: which words are rare, which make a phrase, and which are about the same.

The same papers in the same order give the same model. 100,000 papers take minutes, and their words
as numbers half a gigabyte: benchmarks/fit.py.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

from papers.relevance.model import Array, Axes, Meaning, Model, of_length_one, rarity, weight
from papers.scores import text

FEWEST_PAPERS = 500  # with less, the day's pool alone tells which words are rare
AXES = 200
MOST_WORDS = 20_000  # the commonest …
FEWEST_HOLDERS = 3  # … in so many papers at least …
LARGEST_SHARE = 0.5  # … and not in half of all
MOST_PHRASES = 5_000
FEWEST_TIMES = 10  # a phrase occurs …
TOGETHER = 10.0  # … and so many times as often as its words would meet by chance
CHUNK = 4096
BREAK = -1  # no word: phrases do not reach across it


@dataclass(slots=True)
class _Read:
    """All words in their order as numbers, and where each paper begins."""

    words: dict[str, int]
    tokens: Array
    starts: Array

    @property
    def papers(self) -> int:
        return len(self.starts) - 1


class _Spread:
    """Mean and variance of all papers on the axes, a few thousand at a time."""

    def __init__(self) -> None:
        self._papers, self._total, self._squares = 0, np.zeros(1), np.zeros(1)

    def add(self, placed: Array) -> None:
        known = of_length_one(placed[placed.any(axis=1)].astype(np.float64))
        self._papers += len(known)
        self._total = self._total + known.sum(axis=0)
        self._squares = self._squares + (known**2).sum(axis=0)

    @property
    def mean(self) -> Array:
        return np.asarray(self._total / max(1, self._papers))

    @property
    def variance(self) -> Array:
        return np.asarray(self._squares / max(1, self._papers) - self.mean**2)


def fit(texts: Iterable[str], place: Meaning | None = None) -> Model | None:
    """A model of those papers; None where they are too few, or have too few words in common.

    `place` tells where texts lie, if that is not learned from these.
    """
    spread = _Spread()
    read = _read(_placed(texts, place, spread) if place else texts)
    if read.papers < FEWEST_PAPERS:
        return None
    words, counts = _words(read)
    phrases, pairs = _phrases(read, words)
    counts = csr_matrix(hstack([counts, pairs]))
    if counts.shape[1] <= AXES:
        return None
    holders = np.bincount(counts.indices, minlength=counts.shape[1])
    rare = rarity(holders, read.papers).astype(np.float32)
    rows = counts.astype(np.float32)
    rows.data = weight(rows.data, rare[rows.indices]).astype(np.float32)
    if place is None:
        place = _axes(normalize(rows, copy=False))
        for start in range(0, rows.shape[0], CHUNK):
            spread.add(place.of(rows[start : start + CHUNK], ()))
    return Model((*words, *phrases), rare, place, spread.mean, spread.variance)


def _read(texts: Iterable[str]) -> _Read:
    numbers: dict[str, int] = {}
    parts: list[Array] = []
    for one in texts:
        ids = [
            number
            for run in text.runs(one)
            for number in (*(numbers.setdefault(word, len(numbers)) for word in run), BREAK)
        ]
        parts.append(np.array([*ids, BREAK], dtype=np.int32))
    starts = np.cumsum([0, *map(len, parts)])
    tokens = np.concatenate(parts) if parts else np.zeros(0, np.int32)
    return _Read(numbers, tokens, starts)


def _words(read: _Read) -> tuple[list[str], csr_matrix]:
    """The words that count, in the order of the alphabet, and papers × words: how often."""
    places = np.flatnonzero(read.tokens != BREAK)
    counts = _counts(read.tokens[places], places, read.starts, len(read.words))
    holders = np.bincount(counts.indices, minlength=len(read.words))
    fit_in = (holders >= FEWEST_HOLDERS) & (holders < LARGEST_SHARE * read.papers)
    all_words = list(read.words)
    order = sorted(np.flatnonzero(fit_in), key=lambda at: (-holders[at], all_words[at]))
    kept = sorted(order[:MOST_WORDS], key=all_words.__getitem__)
    return [all_words[at] for at in kept], csr_matrix(counts[:, kept])


def _phrases(read: _Read, words: list[str]) -> tuple[list[str], csr_matrix]:
    """Pairs that stand together far more often than by chance, and papers × pairs: how often."""
    place = np.full(len(read.words) + 1, BREAK, dtype=np.int64)  # the last one is the break's
    place[[read.words[word] for word in words]] = np.arange(len(words))
    tokens = place[read.tokens]
    both = np.flatnonzero((tokens[:-1] != BREAK) & (tokens[1:] != BREAK))
    pairs = tokens[both] * len(words) + tokens[both + 1]
    times = np.bincount(tokens[tokens != BREAK], minlength=len(words))
    found, count = np.unique(pairs, return_counts=True)
    first, second = np.divmod(found, max(1, len(words)))
    chance = times[first] * times[second] / max(1, times.sum())
    telling = np.flatnonzero((count >= FEWEST_TIMES) & (count >= TOGETHER * chance))
    telling = np.sort(telling[np.lexsort((found[telling], -count[telling]))][:MOST_PHRASES])
    at = np.searchsorted(found[telling], pairs)
    at[at == len(telling)] = 0
    hit = found[telling][at] == pairs if len(telling) else np.zeros(len(pairs), dtype=bool)
    names = [f"{words[first[one]]} {words[second[one]]}" for one in telling]
    return names, _counts(at[hit], both[hit], read.starts, len(telling))


def _counts(terms: Array, places: Array, starts: Array, width: int) -> csr_matrix:
    """Papers × terms: how often, of the terms at those places of all tokens."""
    begins = np.searchsorted(places, starts)
    ones = np.ones(len(terms), dtype=np.int32)
    counts = csr_matrix((ones, terms, begins), shape=(len(starts) - 1, width))
    counts.sum_duplicates()
    return counts


def _axes(rows: csr_matrix) -> Axes:
    fitted = TruncatedSVD(AXES, n_iter=2, random_state=0).fit(rows)
    return Axes(fitted.components_.T.astype(np.float16).astype(np.float32))


def _placed(texts: Iterable[str], place: Meaning, spread: _Spread) -> Iterator[str]:
    """The texts as they are, once it is noted where they lie."""
    rest = iter(texts)
    while chunk := list(islice(rest, CHUNK)):
        spread.add(place.of(csr_matrix((len(chunk), 0)), chunk))
        yield from chunk
