"""The edition equation: each due digest is counted under exactly one term."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from subscriptions.digests.recovery import recover
from subscriptions.equation import Equation, equation, forgotten_readers
from subscriptions.models import Digest
from subscriptions.models.states import State
from tests.factories import DigestFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def terms(result: Equation) -> int:
    """The right side of the equation."""
    return (
        result.sent
        + sum(result.skipped.values())
        + result.refused
        + result.failed
        + result.deferred
        + result.unknown
        + result.in_progress
    )


def counted() -> Equation:
    return equation(Digest.objects.all())


def test_of_nothing_is_all_zeros() -> None:
    assert counted() == Equation()


@pytest.mark.parametrize("state", State.values)
def test_every_state_there_is_counts_under_one_term(state: str) -> None:
    DigestFactory.create(state=state, reason="because")

    result = counted()

    assert result.due == terms(result) == 1
    assert result.unexplained == 0


@pytest.mark.parametrize(
    ("term", "states"),
    [
        ("sent", ["sent", "delivered", "bounced", "complained"]),
        ("unknown", ["unknown", "unresolved"]),
        ("in_progress", ["pending", "ready", "claimed", "sending"]),
    ],
)
def test_what_a_provider_said_later_changes_no_sum(term: str, states: list[str]) -> None:
    for state in states:
        DigestFactory.create(state=state)

    assert getattr(counted(), term) == len(states)


def test_skips_are_counted_by_reason_without_its_details() -> None:
    for reason in ["empty", "expired", "expired after 2 attempts: busy", "empty", "held: by Sam"]:
        DigestFactory.create(state="skipped", reason=reason)

    assert counted().skipped == {
        "empty": 2,
        "expired": 1,
        "expired after 2 attempts": 1,
        "held": 1,
    }


@pytest.mark.parametrize("state", ["skipped", "refused", "deferred", "unknown", "failed", "sent"])
def test_the_ledger_itself_keeps_out_what_nothing_explains(state: str) -> None:
    with pytest.raises(IntegrityError, match="digest_explained"):
        DigestFactory.create(state=state, reason="", sent_at=None)


@pytest.mark.parametrize("state", ["pending", "ready", "claimed", "sending", "deferred"])
def test_what_is_long_too_old_and_still_waits_is_unexplained(state: str) -> None:
    now = timezone.now()
    DigestFactory.create(state=state, not_after=now - HOUR)
    DigestFactory.create(state=state, not_after=now - HOUR / 2)  # for the next tick

    assert counted().unexplained == 1


@pytest.mark.parametrize("state", ["claimed", "sending"])
def test_what_a_dead_process_owns_is_unexplained_after_a_while(state: str) -> None:
    now = timezone.now()
    for ago in (HOUR, HOUR / 2, -HOUR):
        DigestFactory.create(state=state, lease_until=now - ago)

    assert counted().unexplained == 1


@pytest.mark.parametrize(("policy", "unexplained"), [("resend", 1), ("hold", 0)])
def test_what_nobody_knows_waits_for_a_tick_or_by_the_policy_for_a_person(
    settings: Settings, policy: str, unexplained: int
) -> None:
    settings.DIGEST_UNKNOWN_POLICY = policy
    now = timezone.now()
    for ago in (HOUR, HOUR / 2):
        DigestFactory.create(state="unknown", sending_at=now - ago)

    assert counted().unexplained == unexplained


def test_the_next_tick_explains_what_was_left_behind() -> None:
    now = timezone.now()
    DigestFactory.create(state="ready", not_after=now - HOUR)
    DigestFactory.create(state="claimed", lease_until=now - HOUR)
    DigestFactory.create(state="sending", lease_until=now - HOUR)
    DigestFactory.create(state="unknown", sending_at=now - HOUR)
    assert counted().unexplained == 4

    recover(Digest.objects.all(), now)

    assert counted().unexplained == 0


def test_a_reader_is_forgotten_when_a_digest_would_be_too_old_by_now(settings: Settings) -> None:
    now = timezone.now()
    fresh = timedelta(hours=settings.DIGEST_FRESH_HOURS)
    for state, ago in (("active", fresh + HOUR), ("active", fresh), ("paused", 2 * fresh)):
        SubscriberFactory.create(state=state, next_send_at=now - ago)

    assert forgotten_readers(now) == 1


def test_reads_as_a_sentence() -> None:
    DigestFactory.create(state="sent")
    DigestFactory.create(state="skipped", reason="empty")
    DigestFactory.create(state="skipped", reason="expired")

    assert str(counted()) == (
        "3 due = 1 sent + 2 skipped (1 empty, 1 expired) + 0 refused + 0 failed + 0 deferred + "
        "0 unknown + 0 in progress; 0 unexplained"
    )


def test_counts_only_the_digests_it_was_given() -> None:
    DigestFactory.create(state="sent")
    mine = DigestFactory.create(state="refused", reason="550")

    assert equation(Digest.objects.filter(pk=mine.pk)) == Equation(due=1, refused=1)


def test_is_one_query_however_many_digests(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    DigestFactory.create_batch(5, state="sent")

    with django_assert_num_queries(1):
        counted()
