"""Papers that say nearly the same, of which one is enough. Values in, values out.

Two papers are twins when their titles differ in nothing but a version, or when the words of their
titles and abstracts, as TF-IDF vectors over all papers given, have a cosine of 0.9 or more. Papers
whose titles differ in nothing but a part's number are kin, and so are twins.

Texts are compared in full only where they share words that few others have.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import log, sqrt

from papers.naming import title_key

ALIKE = 0.9
FEWEST_WORDS = 20  # different ones; a title without an abstract tells too little
TELLING = 12  # of each paper, the heaviest words that any other has as well …
SHARED = 4  # … of which a twin has so many
SHORTEST_KEY = 16  # letters; many papers are called "Introduction"

_WORD = re.compile(r"[^\W_]+")
_END = r"[\s,.:;(\[–—-]+{}[\s)\].]*$"
_VERSION = re.compile(
    _END.format(
        r"(?:v(?:ersion)?[\s.]*\d[\d.]*"
        r"|(?:extended|full|long|short|revised|updated|corrected|preprint)\s+(?:version|abstract))"
    ),
    re.IGNORECASE,
)
_PART = re.compile(
    r"[\s,.:;(\[–—-]+(?:part|pt)\b[\s.]*(?:\d{1,2}|[ivx]{1,5}|one|two|three|four)\b", re.IGNORECASE
)

Weights = dict[str, float]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Text:
    """One paper's row and words."""

    paper: int
    title: str
    abstract: str


@dataclass(frozen=True, slots=True)
class Twins:
    """Other papers that say the same, and those that are at least parts of the same."""

    twins: frozenset[int] = frozenset()
    kin: frozenset[int] = frozenset()


@lru_cache(maxsize=64)  # all chunks of an edition ask for them, and a forecast for two weeks'
def twins(texts: tuple[Text, ...]) -> Mapping[int, Twins]:
    """By paper, of those that have any."""
    same: dict[int, set[int]] = defaultdict(set)
    kin: dict[int, set[int]] = defaultdict(set)
    for one, other in (*_of_one_title(texts, _VERSION), *_of_one_text(texts)):
        same[one].add(other)
        same[other].add(one)
    for one, other in _of_one_title(texts, _VERSION, _PART):
        kin[one].add(other)
        kin[other].add(one)
    found = same.keys() | kin.keys()
    return {at: Twins(frozenset(same[at]), frozenset(same[at] | kin[at])) for at in sorted(found)}


def _of_one_title(texts: Iterable[Text], *left_out: re.Pattern[str]) -> Iterator[Pair]:
    by_key: dict[str, list[int]] = defaultdict(list)
    for text in texts:
        title = text.title
        for pattern in left_out:
            title = pattern.sub(" ", title)
        if len(key := title_key(title)) >= SHORTEST_KEY:
            by_key[key].append(text.paper)
    for papers in by_key.values():
        yield from combinations(papers, 2)


def _of_one_text(texts: Sequence[Text]) -> Iterator[Pair]:
    """The cosines are exact; which pairs may reach it, the heaviest words tell."""
    counts = [_words(f"{text.title}\n{text.abstract}") for text in texts]
    holders = _holders(counts)
    vectors = [_vector(words, holders, len(texts)) for words in counts]
    for one, vector in enumerate(vectors):
        for other in _likely(one, vector, holders):
            if _cosine(vector, vectors[other]) >= ALIKE:
                yield texts[one].paper, texts[other].paper


def _holders(counts: Iterable[Mapping[str, int]]) -> dict[str, list[int]]:
    """By word, the places of the papers that have it."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, words in enumerate(counts):
        for word in words:
            holders[word].append(at)
    return holders


def _vector(words: Mapping[str, int], holders: Mapping[str, list[int]], papers: int) -> Weights:
    """Of length 1; empty for a text that is too short to tell."""
    if len(words) < FEWEST_WORDS:
        return {}
    weights = {
        word: (1 + log(count)) * (1 + log((1 + papers) / (1 + len(holders[word]))))
        for word, count in words.items()
    }
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()}


def _likely(one: int, vector: Weights, holders: Mapping[str, list[int]]) -> Iterator[int]:
    shared = (word for word in vector if len(holders[word]) > 1)
    telling = sorted(shared, key=lambda word: (-vector[word], word))[:TELLING]
    common = Counter(other for word in telling for other in holders[word] if other != one)
    return (other for other, words in common.items() if words >= min(SHARED, len(telling)))


def _cosine(one: Weights, other: Weights) -> float:
    return round(sum(weight * other.get(word, 0.0) for word, weight in one.items()), 6)


@lru_cache(maxsize=8192)  # an edition shares most of its papers with the one before
def _words(text: str) -> Mapping[str, int]:
    return Counter(word for word in _WORD.findall(text.casefold()))
