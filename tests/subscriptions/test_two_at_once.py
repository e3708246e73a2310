"""One transaction has changed a row and not yet ended when another wants it: nothing slips by.

PostgreSQL only; on SQLite one writer comes after the other.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import TypeVar

import pytest
from django.db import connection, transaction

from subscriptions import erasing, leaving, pausing, settling, suppressing
from subscriptions.models import Digest, Notice, Subscriber
from subscriptions.models.states import Outcome, State
from tests.factories import NoticeFactory
from tests.subscriptions.claimed import claimed_again, digest_to, state_of, states_of
from tests.subscriptions.test_settling import doubtful

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
T = TypeVar("T")
Act = Callable[[Subscriber, datetime], object]
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
HOUR = timedelta(hours=1)
PATIENCE = 20  # seconds


def pause(subscriber: Subscriber, now: datetime) -> object:
    return pausing.pause(subscriber, now.date() + timedelta(days=7), now)


def suppress(subscriber: Subscriber, now: datetime) -> object:
    return suppressing.suppress(subscriber.email, "asked", now)


ENDINGS = pytest.mark.parametrize("end", [leaving.unsubscribe, pause, suppress, erasing.erase])


def in_the_middle_of(first: Callable[[], object], second: Callable[[], T]) -> T:
    """`second`, begun after the first has changed its rows, which ends when the second waits."""

    def in_a_thread() -> T:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            first()
            found = thread.submit(in_a_thread)
            wait_for_a_lock()
        return found.result(PATIENCE)


def wait_for_a_lock() -> None:
    """Until some other connection waits for a lock."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    pytest.fail("nobody waited: the second did not see what the first holds")


@ENDINGS
def test_a_statement_that_still_saw_the_reader_as_active_marks_nothing(end: Act) -> None:
    now = datetime.now(UTC)
    digest = claimed_again(digest_to("ada@example.com", now))

    marked = in_the_middle_of(
        lambda: end(digest.subscriber, now),
        lambda: Digest.objects.all().mark_sending([digest], now),
    )

    assert marked == set()
    assert not Digest.objects.filter(state=State.SENDING).exists()


@ENDINGS
def test_who_leaves_while_a_mail_begins_to_is_told_after_it_began(end: Act) -> None:
    now = datetime.now(UTC)
    digest = claimed_again(digest_to("ada@example.com", now))
    reader = digest.subscriber

    in_the_middle_of(
        lambda: Digest.objects.all().mark_sending([digest], now), lambda: end(reader, now)
    )

    assert not Subscriber.objects.active().filter(pk=reader.pk).exists()
    assert not Digest.objects.exclude(state=State.SENDING).exists()


def test_a_correction_on_its_way_to_who_just_left_is_taken_back_too() -> None:
    now = datetime.now(UTC)
    facts = {"state": "claimed", "owner": "test", "subscriber__state": "active"}
    notice = NoticeFactory.create(kind=Notice.Kind.CORRECTION, **facts)

    marked = in_the_middle_of(
        lambda: leaving.unsubscribe(notice.subscriber, now),
        lambda: Notice.objects.all().mark_sending([notice], now),
    )

    assert marked == set()


def test_what_is_taken_back_from_one_reader_stays_with_the_others() -> None:
    now = datetime.now(UTC)
    ada, ben = [claimed_again(digest_to(f"{name}@example.com", now)) for name in ("ada", "ben")]

    leaving.unsubscribe(ada.subscriber, now)

    assert states_of([ada, ben]) == ["ready", "claimed"]


def test_an_owner_who_was_too_slow_marks_nothing_of_what_another_took() -> None:
    now = datetime.now(UTC)
    digest = claimed_again(digest_to("ada@example.com", now))
    other = {"owner": "another"}

    marked = in_the_middle_of(
        lambda: Digest.objects.update(**other),
        lambda: Digest.objects.all().mark_sending([digest], now),
    )

    assert marked == set()
    assert state_of(digest) == "claimed"


def test_of_two_who_settle_one_mail_the_first_has_it() -> None:
    now = datetime.now(UTC)
    doubtful(now)

    resent = in_the_middle_of(
        lambda: settling.settle_as_sent(settling.unsettled(), now),
        lambda: settling.settle_to_resend(settling.unsettled(), now),
    )

    assert resent == 0
    assert Digest.objects.get().state == State.SENT


def test_of_two_answers_to_one_attempt_the_first_counts() -> None:
    now = datetime.now(UTC)
    digest = claimed_again(digest_to("ada@example.com", now))

    late = in_the_middle_of(
        lambda: digest.settle(Outcome(State.SENT), now),
        lambda: digest.settle(Outcome(State.UNKNOWN, "no answer"), now),
    )

    assert late is False
    assert state_of(digest) == "sent"
