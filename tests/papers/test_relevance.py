"""Likeness of texts: exact, the same every time, and at ease with empty ones."""

import numpy as np
import pytest

from papers.relevance.vectors import standardised, vectors

POOL = (
    "Speech recognition with acoustic models",
    "Galaxies and their spectra",
    "Acoustic waves in water",
)


def test_a_text_is_most_like_the_paper_that_shares_its_words() -> None:
    space = vectors(POOL)

    [likeness] = space.likeness(space.of(["Acoustic models of recognition"]).terms)

    assert list(np.argsort(-likeness)) == [0, 2, 1]
    assert likeness[1] == 0


def test_the_same_text_has_likeness_one() -> None:
    space = vectors(POOL)

    assert np.diag(space.likeness(space.of(POOL).terms)) == pytest.approx([1, 1, 1])


def test_shared_words_are_told_as_written_the_rarest_first() -> None:
    space = vectors(POOL)
    rows = space.of(["Acoustic spectra, models, recognition"]).terms

    assert space.shared(rows, 0, 0, 9) == ["models", "recognition", "acoustic"]
    assert space.shared(rows, 0, 1, 9) == ["spectra"]
    assert space.shared(rows, 0, 0, 2) == ["models", "recognition"]


@pytest.mark.parametrize("pool", [(), ("",), ("", "the of and", "12 34")])
def test_a_pool_without_words_is_like_nothing(pool: tuple[str, ...]) -> None:
    space = vectors(pool)

    assert not space.likeness(space.of(["Galaxies", ""]).terms).any()
    assert space.likeness(space.of([]).terms).shape == (0, len(pool))


def test_a_pool_is_compared_once() -> None:
    assert vectors(POOL) is vectors(tuple(POOL))


def test_figures_that_do_not_differ_stand_at_nothing() -> None:
    assert not standardised(np.array([[0.1] * 7, [3.0] * 7])).any()
    assert standardised(np.array([1.0, 3.0])) == pytest.approx([-1, 1])
