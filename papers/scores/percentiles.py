"""Percentiles: where a value stands among others, 0 to 100."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np

Values = Mapping[int, float]  # by paper


def percentiles(values: Values, yardstick: AbstractSet[int]) -> dict[int, float]:
    """Of each value among those of the papers of the yardstick, whether it is of them or not.

    It is the share that is lower, and half of the share that is equal, so that ties get the same
    and the order does not matter. Nothing can be told by an empty yardstick.
    """
    measure = np.sort([value for paper, value in values.items() if paper in yardstick])
    if not len(measure):
        return {}
    each = np.array(list(values.values()))
    lower, up_to = (np.searchsorted(measure, each, side) for side in ("left", "right"))
    return dict(zip(values, _rounded(50 * (lower + up_to) / len(measure)), strict=True))


def percentiles_of_attention(
    values: Values, yardstick: AbstractSet[int], nothing: float
) -> dict[int, float]:
    """As `percentiles`, but who got nothing is at 0; all unknown where nobody got any."""
    if all(values[paper] <= nothing for paper in values.keys() & yardstick):
        return {}
    standing = percentiles(values, yardstick)
    return {paper: at if values[paper] > nothing else 0.0 for paper, at in standing.items()}


def _rounded(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
    return [round(float(number), 1) for number in numbers]
