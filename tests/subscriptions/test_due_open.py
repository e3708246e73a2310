"""Which digests a worker can bring a step further, and which can have their papers chosen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from subscriptions.models import Bucket, Digest
from subscriptions.models.states import State
from tests.factories import DigestFactory
from tests.subscriptions.conftest import NOW

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)

# Leases run by the database's clock.
FREE: dict[str, Any] = {"owner": "", "lease_until": None}
OVER = {"owner": "killed", "lease_until": datetime.now(UTC) - timedelta(minutes=1)}
RUNNING = {"owner": "worker", "lease_until": datetime.now(UTC) + DAY}

OPEN = [
    {"state": "pending", **FREE},
    {"state": "pending", **OVER},
    {"state": "ready"},
    {"state": "deferred", "next_attempt_at": NOW - SECOND},
    {"state": "deferred", "next_attempt_at": NOW},
]
IN_HAND_OR_OVER = sorted(set(State) - {State.PENDING, State.READY, State.DEFERRED})


def is_open(digest: Digest, now: datetime) -> bool:
    return Digest.objects.open(now).filter(pk=digest.pk).exists()


def is_selectable(digest: Digest) -> bool:
    return Digest.objects.all().selectable().filter(pk=digest.pk).exists()


@pytest.mark.parametrize("facts", OPEN)
def test_open_is_what_is_free_to_be_selected_or_sent(now: datetime, facts: dict[str, Any]) -> None:
    assert is_open(DigestFactory.create(**facts), now)


def test_what_somebody_selects_just_now_is_not_open(now: datetime) -> None:
    assert not is_open(DigestFactory.create(state="pending", **RUNNING), now)


def test_what_is_deferred_opens_when_its_next_attempt_comes(now: datetime) -> None:
    digest = DigestFactory.create(state="deferred", next_attempt_at=now + SECOND)

    assert not is_open(digest, now)
    assert is_open(digest, now + SECOND)


@pytest.mark.parametrize("lease", [OVER, RUNNING])
@pytest.mark.parametrize("state", IN_HAND_OR_OVER)
def test_what_is_in_somebodys_hands_or_has_ended_is_not_open(
    now: datetime, state: str, lease: dict[str, Any]
) -> None:
    assert not is_open(DigestFactory.create(state=state, next_attempt_at=now, **lease), now)


@pytest.mark.parametrize("facts", OPEN)
def test_of_a_held_edition_none_is_open(now: datetime, facts: dict[str, Any]) -> None:
    digest = DigestFactory.create(edition__held=True, **facts)

    assert not is_open(digest, now)

    digest.edition.held = False
    digest.edition.save()
    assert is_open(digest, now)


@pytest.mark.parametrize("facts", OPEN)
def test_none_is_open_until_the_moment_the_provider_asked_us_to_wait_for(
    now: datetime, facts: dict[str, Any]
) -> None:
    digest = DigestFactory.create(**facts)
    Bucket.objects.create(domain=Bucket.PROVIDER, filled_at=now, not_before=now + SECOND)

    assert not is_open(digest, now)
    assert is_open(digest, now + SECOND)


@pytest.mark.parametrize("lease", [FREE, OVER])
def test_what_is_pending_and_free_can_be_selected(lease: dict[str, Any]) -> None:
    assert is_selectable(DigestFactory.create(state="pending", **lease))


def test_what_somebody_selects_just_now_is_selected_by_nobody_else() -> None:
    assert not is_selectable(DigestFactory.create(state="pending", **RUNNING))


@pytest.mark.parametrize("state", sorted(set(State) - {State.PENDING}))
def test_what_was_selected_is_not_selected_again(state: str) -> None:
    assert not is_selectable(DigestFactory.create(state=state, **OVER))


def test_of_a_reader_the_first_is_selected_before_the_second() -> None:
    first = DigestFactory.create(state="pending", **RUNNING)
    second = DigestFactory.create(
        subscriber=first.subscriber, local_date=first.local_date + DAY, state="pending"
    )
    other = DigestFactory.create(state="pending")

    assert list(Digest.objects.all().selectable()) == [other]

    Digest.objects.filter(pk=first.pk).update(state="ready", **FREE)
    assert set(Digest.objects.all().selectable()) == {second, other}
