"""A model from the database: it answers as the one that was kept, or as none where damaged."""

from datetime import datetime, timedelta
from itertools import count

import pytest

from papers.models import RelevanceModel
from papers.relevance.keeping import Version, newest
from papers.relevance.packing import pack
from subscriptions.ranking import choose
from tests.subscriptions.models_by_hand import (
    LEARNED,
    POOL,
    SPEECH,
    VOICES,
    hand_made,
    reader,
)

pytestmark = pytest.mark.django_db

SECONDS = count()


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


@pytest.mark.parametrize("packed", [b"", b"no model", b"PK\x03\x04", b"\x93NUMPY\x01\x00"])
def test_without_a_readable_model_the_digest_is_that_of_none(now: datetime, packed: bytes) -> None:
    assert choose(POOL, reader(SPEECH), keep(packed, now)) == choose(POOL, reader(SPEECH))
