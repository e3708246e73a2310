"""How good an order is, and how sure that figure is. Definitions in benchmarks/README.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from papers.relevance.model import Array

CUT = 10
RESAMPLED = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over readers, and the interval that holds 95 of 100 means of readers drawn anew."""

    mean: float
    low: float
    high: float


def judged(order: Sequence[int], gains: Mapping[int, float]) -> dict[str, float]:
    """Of one reader: nDCG@10, recall@10, reciprocal rank, and the share of pairs the wrong way.

    An ordering loss of 0 is perfect, 0.5 chance; NaN where no two papers differ.
    """
    found = np.array([gains.get(paper, 0.0) for paper in order])
    relevant = found > 0
    first = np.flatnonzero(relevant)
    return {
        "nDCG@10": _ndcg(found),
        "recall@10": float(relevant[:CUT].sum() / max(1, min(CUT, relevant.sum()))),
        "MRR": float(1 / (first[0] + 1)) if first.size else 0.0,
        "ordering loss": _loss(found),
    }


def figure(values: Sequence[float], seed: int = 0) -> Figure:
    """Of those that are numbers; NaN for none."""
    known = np.array([value for value in values if not np.isnan(value)])
    if not known.size:
        return Figure(np.nan, np.nan, np.nan)
    drawn = np.random.default_rng(seed).integers(known.size, size=(RESAMPLED, known.size))
    low, high = np.percentile(known[drawn].mean(axis=1), [2.5, 97.5])
    return Figure(float(known.mean()), float(low), float(high))


def _ndcg(found: Array) -> float:
    found = np.maximum(found, 0)  # ratings may be below 0: no gain, as of papers without any
    discounts = 1 / np.log2(np.arange(CUT) + 2)
    best = np.sort(found)[::-1][:CUT]
    ideal = float((best * discounts[: best.size]).sum())
    return float((found[:CUT] * discounts[: found[:CUT].size]).sum()) / ideal if ideal else 0.0


def _loss(found: Array) -> float:
    """Of all pairs of which one is more welcome: how many have it behind the other."""
    above = np.triu(np.sign(found[:, None] - found[None, :]), 1)
    pairs = np.abs(above).sum()
    return float((above < 0).sum() / pairs) if pairs else float("nan")
