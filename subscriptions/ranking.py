"""The personal ranking: which papers of the pool one reader gets, and why.

Pure values in and out. Without likes and keywords it is trending within the chosen topics, with
variety among them, and a few papers from elsewhere, labelled as such.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from math import ceil
from typing import Any

from papers.cards import GROWTH_DAYS

TOPIC_SHARE = 0.6  # of a digest, while other topics have papers to offer
ELSEWHERE = 2  # papers from outside, in a digest of usual length
ELSEWHERE_ALONE = 5  # when the chosen topics have nothing new
NOTABLE_GROWTH = 5  # votes in GROWTH_DAYS days that are worth a word
REASONS_SHOWN = 2

Reason = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PoolPaper:
    """One candidate, in the order of the pool: pinned ones first, then by trending."""

    paper: int
    topics: frozenset[str]
    primary: str
    primary_name: str
    pinned: bool
    growth: int


@dataclass(frozen=True, slots=True)
class Reader:
    """What the ranking knows of one subscriber; `topics` maps codes to names, empty means all."""

    topics: dict[str, str]
    wanted: int
    seen: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen paper, its section ("for_you" or "elsewhere") and at most two reasons."""

    paper: int
    section: str
    reasons: tuple[Reason, ...]


def choose(pool: Iterable[PoolPaper], reader: Reader) -> list[Pick]:
    """The reader's papers, best first; empty when there is nothing they have not had."""
    new = [paper for paper in pool if paper.paper not in reader.seen]
    if not reader.topics:
        best = _varied(new, reader.wanted)
        return [Pick(paper.paper, "for_you", _reasons(paper, reader)) for paper in best]
    fitting = [paper for paper in new if paper.pinned or paper.topics & reader.topics.keys()]
    outside = [
        paper for paper in new if not paper.pinned and not paper.topics & reader.topics.keys()
    ]
    apart = _elsewhere_count(reader.wanted, bool(fitting))
    mine = _varied(fitting, reader.wanted - min(apart, len(outside)))
    others = outside[: min(apart, reader.wanted - len(mine))]
    return [
        *(Pick(paper.paper, "for_you", _reasons(paper, reader)) for paper in mine),
        *(Pick(paper.paper, "elsewhere", _reasons(paper, reader)) for paper in others),
    ]


def _elsewhere_count(wanted: int, something_fits: bool) -> int:  # noqa: FBT001  # a plain fact
    if not something_fits:
        return min(ELSEWHERE_ALONE, wanted)
    return min(ELSEWHERE, wanted // 3)


def _varied(papers: list[PoolPaper], wanted: int) -> list[PoolPaper]:
    """The first `wanted`, no topic above its share unless the others run out; order kept."""
    share = ceil(TOPIC_SHARE * wanted)
    taken: Counter[str] = Counter()
    within: list[PoolPaper] = []
    beyond: list[PoolPaper] = []
    for paper in papers:
        taken[paper.primary] += 1
        (within if taken[paper.primary] <= share else beyond).append(paper)
    chosen = {paper.paper for paper in (within + beyond)[:wanted]}
    return [paper for paper in papers if paper.paper in chosen]


def _reasons(paper: PoolPaper, reader: Reader) -> tuple[Reason, ...]:
    return tuple(chain(_why(paper, reader), _attention(paper)))[:REASONS_SHOWN]


def _why(paper: PoolPaper, reader: Reader) -> Iterator[Reason]:
    followed = sorted(paper.topics & reader.topics.keys(), key=lambda code: code != paper.primary)
    if paper.pinned:
        yield {"kind": "pinned"}
    if followed:
        yield {"kind": "topic", "topic": followed[0], "name": reader.topics[followed[0]]}
    elif reader.topics and not paper.pinned:
        yield {"kind": "elsewhere", "topic": paper.primary, "name": paper.primary_name}
    elif not paper.pinned:
        yield {"kind": "trending"}


def _attention(paper: PoolPaper) -> Iterator[Reason]:
    if paper.growth >= NOTABLE_GROWTH:
        yield {"kind": "votes", "growth": paper.growth, "days": GROWTH_DAYS}
