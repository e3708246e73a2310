"""A model as bytes: what comes back is the same, or is said to be unreadable."""

import pickle
from io import BytesIO

import numpy as np
import pytest

from papers.relevance.fitting import fit
from papers.relevance.model import Model
from papers.relevance.packing import CHECKSUM, Unreadable, pack, unpack
from papers.relevance.vectors import vectors
from tests.papers.learned_texts import texts


@pytest.fixture(scope="module")
def learned() -> Model:
    model = fit(texts())
    assert model
    return model


@pytest.fixture(scope="module")
def packed(learned: Model) -> bytes:
    return pack(learned)


def test_what_comes_back_places_texts_alike(learned: Model, packed: bytes) -> None:
    pool = tuple(texts(40))

    back = unpack(packed, 7)

    assert (back.version, back.terms) == (7, learned.terms)
    here, there = vectors(pool, learned).papers, vectors(pool, back).papers
    assert abs(here.terms - there.terms).max() == 0
    np.testing.assert_allclose(there.standing, here.standing, atol=1e-2)
    assert here.standing.any(axis=1).all()


def test_twice_packed_is_the_same(packed: bytes) -> None:
    assert pack(unpack(packed, 1)) == packed


def test_a_part_of_it_is_unreadable(packed: bytes) -> None:
    for length in (0, 1, 3, 4, 30, 200, len(packed) // 2, len(packed) - 30, len(packed) - 1):
        with pytest.raises(Unreadable):
            unpack(packed[:length], 1)


def test_one_damaged_byte_makes_it_unreadable(packed: bytes) -> None:
    ends = [*range(200), *range(len(packed) - 600, len(packed))]

    for at in [*ends, *range(200, len(packed), 997)]:
        damaged = bytearray(packed)
        damaged[at] ^= 1
        with pytest.raises(Unreadable):
            unpack(bytes(damaged), 1)


@pytest.mark.parametrize("other", [b"no model", b"\0" * 1000, pickle.dumps([1, 2])])
def test_something_else_is_unreadable(other: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack(other, 1)


def test_numpys_own_bytes_are_unreadable_too(packed: bytes) -> None:
    written = BytesIO()
    np.save(written, np.zeros(3))

    for other in (written.getvalue(), packed[CHECKSUM:], packed + b"\0"):
        with pytest.raises(Unreadable):
            unpack(other, 1)
