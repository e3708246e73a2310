"""The edition equation: each due digest is counted under exactly one term."""

import pytest
from pytest_django import DjangoAssertNumQueries

from subscriptions.equation import Equation, equation
from subscriptions.models import Digest
from subscriptions.models.outgoing import State
from tests.factories import DigestFactory

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("state", ["skipped", "refused", "deferred", "unknown", "failed"])
def test_an_end_without_a_reason_is_unexplained(state: str) -> None:
    DigestFactory.create(state=state)

    assert counted().unexplained == 1


@pytest.mark.parametrize("state", ["pending", "ready", "claimed", "sending", "sent"])
def test_what_goes_well_needs_no_reason(state: str) -> None:
    DigestFactory.create(state=state)

    assert counted().unexplained == 0


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
