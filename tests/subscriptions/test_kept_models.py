"""A model from the database: it answers as the one that was kept, or as none where damaged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from papers.models import RelevanceModel
from papers.relevance.keeping import Version, newest
from papers.relevance.model import Array, Meaning
from papers.relevance.packing import pack
from subscriptions.ranking import choose
from tests.subscriptions.models_by_hand import (
    LEARNED,
    POOL,
    SPEECH,
    VOICES,
    hand_made,
    reader,
    weighed,
)

pytestmark = pytest.mark.django_db

SECONDS = count()


class AnotherPlace(Meaning):
    """An embedding that is not kept with the model."""

    def of(self, rows: csr_matrix, texts: Sequence[str]) -> Array:
        raise AssertionError("It was not kept.")


def keep(packed: bytes, now: datetime) -> Version:
    """Of another second than any before: in memory a model is known by its row and that."""
    at = now + timedelta(seconds=next(SECONDS))
    RelevanceModel.objects.create(fitted_at=at, papers=500, terms=26, packed=packed)
    return newest()


def test_a_kept_model_gives_the_answer_of_the_one_that_was_kept(now: datetime) -> None:
    kept = keep(pack(hand_made()), now)

    assert choose(POOL, reader(SPEECH), kept) == choose(POOL, reader(SPEECH), LEARNED)
    assert choose(POOL, reader(SPEECH), kept)[0].paper == VOICES


def test_a_model_that_is_damaged_anywhere_gives_a_digest(now: datetime) -> None:
    """Every 40th byte is changed in turn, and the end cut off."""
    whole = pack(hand_made())
    torn = [
        whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :] for at in range(0, len(whole), 40)
    ]
    torn += [whole[:at] for at in range(0, len(whole), 200)]
    assert len(torn) > 50

    for packed in torn:
        digest = choose(POOL, reader(SPEECH), keep(packed, now))
        assert sorted(pick.paper for pick in digest) == list(range(8))


@pytest.mark.parametrize("part", ["rarity", "mean", "variance"])
def test_parts_that_do_not_fit_together_are_no_model(now: datetime, part: str) -> None:
    torn = replace(hand_made(), **dict[str, Any]({part: np.ones(3)}))

    assert choose(POOL, reader(SPEECH), keep(pack(torn), now)) == choose(POOL, reader(SPEECH))


def test_a_model_that_lost_its_axes_orders_by_its_words(now: datetime) -> None:
    lost = replace(hand_made(), meaning=AnotherPlace())

    told = weighed(POOL, reader(SPEECH, "Market"), keep(pack(lost), now))

    assert {it.parts["meaning"] for it in told} == {0}
    assert told[0].paper == 3


@pytest.mark.parametrize("packed", [b"", b"no model", b"PK\x03\x04", b"\x93NUMPY\x01\x00"])
def test_without_a_readable_model_the_digest_is_that_of_none(now: datetime, packed: bytes) -> None:
    assert choose(POOL, reader(SPEECH), keep(packed, now)) == choose(POOL, reader(SPEECH))
