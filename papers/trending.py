"""Trending: forward decay with a half-life, kept as a logarithm.

A signal of weight w at time t adds w * 2^(t / half-life) to a paper's sum S, and the score is
log2(S). Scores of different days compare as they are, so time alone never changes an order and
nothing is recomputed because a day has passed. (Cormode et al., Forward Decay, ICDE 2009.)
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import exp2, log2
from operator import itemgetter

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
WEIGHTS = {"votes": 1.0, "comments": 0.5, "stars": 0.1, "citations": 2.0}


UNNOTICED = -1_000_000.0  # the score of a paper without signals: below any other, adds nothing


def half_lives(at: datetime, half_life_hours: float) -> float:
    """Half-lives between the epoch and `at`."""
    return (at - EPOCH).total_seconds() / 3600 / half_life_hours


def add_signal(score: float, weight: float, at: datetime, half_life_hours: float) -> float:
    """The score after one more signal of `weight` at `at`."""
    if weight <= 0:
        return score
    gained = log2(weight) + half_lives(at, half_life_hours)
    high, low = max(score, gained), min(score, gained)
    return high + log2(1 + exp2(low - high))  # log2(2^high + 2^low) within the range of floats


def score_of(signals: Iterable[tuple[str, float, datetime]], half_life_hours: float) -> float:
    """The score of (kind, growth, observed at) signals, the same whatever their order."""
    score = UNNOTICED
    for kind, growth, at in sorted(signals, key=itemgetter(2, 0, 1)):
        score = add_signal(score, WEIGHTS.get(kind, 0.0) * growth, at, half_life_hours)
    return score


def votes_worth(score: float, now: datetime, half_life_hours: float) -> float:
    """The score as the number of votes that, given right now, would earn it."""
    return exp2(score - half_lives(now, half_life_hours))
