"""Figures of an order: those worked out by hand, and how sure they are."""

from math import isnan

import pytest

from benchmarks.judging.figures import Figure, figure, judged

FIGURES = ("nDCG@10", "recall@10", "MRR", "ordering loss")


@pytest.mark.parametrize(
    ("order", "gains", "figures"),
    [
        ([3, 1, 2], {3: 1}, [1, 1, 1, 0]),
        ([1, 2, 3], {3: 1}, [0.5, 1, 1 / 3, 1]),
        ([1, 2, 3], {1: 1, 2: 3, 3: 2}, [0.817494, 1, 1, 2 / 3]),
        ([1, 2, 3], {1: 5, 2: 4, 3: 1}, [1, 1, 1, 0]),
        (
            [*range(9), 20, 21, *range(9, 12)],
            dict.fromkeys(range(12), 1),
            [0.936379, 0.9, 1, 1 / 4],
        ),
        ([1, 2], {1: -1, 2: 1}, [0.630930, 1, 0.5, 1]),
    ],
    ids=["perfect", "last", "ratings", "ratings in order", "more than ten", "below nothing"],
)
def test_figures_are_those_worked_out_by_hand(
    order: list[int], gains: dict[int, float], figures: list[float]
) -> None:
    told = judged(order, gains)

    assert [told[name] for name in FIGURES] == pytest.approx(figures, abs=1e-6)


def test_nothing_welcome_is_no_figure_of_order() -> None:
    told = judged([1, 2], {})

    assert (told["nDCG@10"], told["recall@10"], told["MRR"]) == (0, 0, 0)
    assert isnan(told["ordering loss"])


def test_the_interval_holds_the_mean_and_is_the_same_again() -> None:
    values = [0.0, 0.2, 0.9, 0.4, float("nan"), 1.0]

    told = figure(values)

    assert told.mean == pytest.approx(0.5)
    assert 0 <= told.low < told.mean < told.high <= 1
    assert figure(values) == told
    assert figure([0.5, 0.5]) == Figure(0.5, 0.5, 0.5)
