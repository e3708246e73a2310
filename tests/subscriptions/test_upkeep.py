"""What time alone brings: one reminder, and forgetting who never confirmed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from subscriptions import figures, signup, upkeep
from subscriptions.models import MailboxMessage, Notice, Subscriber, Vote
from subscriptions.tick import tick
from tests.factories import DigestFactory, NoticeFactory, PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADA = "ada@example.com"
Mailbox = QuerySet[MailboxMessage]


def kinds() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def signed_up(when: datetime, email: str = ADA, mail: str = "sent", **facts: Any) -> Subscriber:
    """Somebody pending since then, whose mail to confirm came to that end."""
    facts = {"state": "pending", "confirmed_at": None, "created_at": when} | facts
    reader = SubscriberFactory.create(email=email, **facts)
    NoticeFactory.create(subscriber=reader, asked_at=when, state=mail)
    return reader


def test_who_did_not_confirm_is_reminded_a_day_later_by_the_tick(
    now: datetime, mailbox: Mailbox
) -> None:
    signup.ask_to_subscribe(ADA, [], now=now)
    tick(lambda: now)

    tick(lambda: now + 23 * HOUR)
    assert kinds() == ["confirm"]
    tick(lambda: now + 24 * HOUR)

    assert kinds() == ["confirm", "reminder"]
    assert [mail.subject.split()[0] for mail in mailbox.order_by("pk")] == ["Please", "Still"]


def test_nobody_is_reminded_twice(now: datetime) -> None:
    signed_up(now - DAY)
    assert upkeep.remind(now) == 1

    for hours in range(1, 30 * 24, 12):
        Notice.objects.update(state="sent", sent_at=now)
        assert upkeep.remind(now + hours * HOUR) == 0

    assert kinds() == ["confirm", "reminder"]


@pytest.mark.parametrize("state", ["active", "paused", "unsubscribed", "suppressed"])
def test_only_who_is_pending_is_reminded(now: datetime, state: str) -> None:
    signed_up(now - DAY, state=state)

    assert upkeep.remind(now) == 0


@pytest.mark.parametrize("state", ["ready", "deferred", "refused", "skipped", "failed", "bounced"])
def test_a_mail_that_did_not_arrive_is_not_followed_by_a_reminder(
    now: datetime, state: str
) -> None:
    signed_up(now - DAY, mail=state)

    assert upkeep.remind(now) == 0


def test_another_mail_to_confirm_meanwhile_puts_the_reminder_off(now: datetime) -> None:
    reader = signed_up(now - DAY)
    NoticeFactory.create(subscriber=reader, asked_at=now - HOUR, state="sent")

    assert upkeep.remind(now) == 0
    assert upkeep.remind(now + 23 * HOUR) == 1


def test_another_spelling_of_the_mailbox_that_was_mailed_today_puts_it_off_too(
    now: datetime,
) -> None:
    signed_up(now - DAY, "ada@gmail.com")
    signed_up(now - HOUR, "a.d.a@gmail.com")

    assert upkeep.remind(now) == 0


def test_a_link_that_is_too_old_is_not_reminded_of(now: datetime) -> None:
    signed_up(now - 7 * DAY)

    assert upkeep.remind(now) == 0


def test_who_confirms_before_the_reminder_leaves_does_not_get_it(
    now: datetime, mailbox: Mailbox
) -> None:
    reader = signed_up(now - DAY)
    upkeep.remind(now)
    signup.confirm(reader, now)
    Subscriber.objects.update(next_send_at=now + DAY)

    assert tick(lambda: now) == {"skipped": 1}

    assert not mailbox.exists()
    assert Notice.objects.get(kind="reminder").reason == "no longer pending"


@pytest.mark.postgresql  # SQLite's transactions take turns anyway
@pytest.mark.django_db(transaction=True)
def test_ticks_at_the_same_moment_remind_once(now: datetime) -> None:
    signed_up(now - DAY)

    def elsewhere(_: int) -> None:
        upkeep.upkeep(now)
        connection.close()  # each thread has one of its own

    with ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(elsewhere, range(16)))

    assert kinds() == ["confirm", "reminder"]


def test_who_never_confirmed_is_forgotten_after_thirty_days(now: datetime) -> None:
    signed_up(now - 30 * DAY)

    upkeep.upkeep(now - HOUR)
    assert Subscriber.objects.count() == 1
    upkeep.upkeep(now)

    assert not Subscriber.objects.exists()
    assert not Notice.objects.exists()


def test_asking_again_restarts_the_thirty_days(now: datetime) -> None:
    signup.ask_to_subscribe(ADA, [], now=now - 30 * DAY)
    signup.ask_to_subscribe(ADA, [], now=now - 20 * DAY)

    assert upkeep.forget_unconfirmed(now) == 0
    assert upkeep.forget_unconfirmed(now + 10 * DAY) == 1


@pytest.mark.postgresql  # as above
@pytest.mark.django_db(transaction=True)
def test_who_asks_again_while_being_forgotten_is_subscribed_anew(now: datetime) -> None:
    for _ in range(5):
        Subscriber.objects.all().delete()
        signed_up(now - 30 * DAY)

        def elsewhere(number: int) -> None:
            if number % 2:
                upkeep.forget_unconfirmed(now)
            else:
                signup.ask_to_subscribe(ADA, [], now=now)
            connection.close()

        with ThreadPoolExecutor(max_workers=8) as threads:
            list(threads.map(elsewhere, range(8)))

        assert Subscriber.objects.get().created_at == now
        assert kinds()[-1] == "confirm"


@pytest.mark.parametrize("state", ["active", "paused", "unsubscribed", "suppressed"])
def test_only_who_is_pending_is_forgotten(now: datetime, state: str) -> None:
    signed_up(now - 400 * DAY, state=state)

    upkeep.upkeep(now)

    assert Subscriber.objects.get().state == state


def test_who_holds_a_link_that_still_works_is_not_forgotten_yet(now: datetime) -> None:
    reader = signed_up(now - 40 * DAY)
    NoticeFactory.create(subscriber=reader, asked_at=now - 6 * DAY, state="sent")

    assert upkeep.forget_unconfirmed(now) == 0
    assert upkeep.forget_unconfirmed(now + DAY) == 1


def digest_of(reader: Subscriber) -> None:
    DigestFactory.create(subscriber=reader)


def vote_of(reader: Subscriber) -> None:
    Vote.objects.create(subscriber=reader, paper=PaperFactory.create())


@pytest.mark.parametrize("trace", [digest_of, vote_of])
def test_who_read_here_before_is_again_somebody_who_left(
    now: datetime, trace: Callable[[Subscriber], None]
) -> None:
    reader = signed_up(now - 30 * DAY)
    trace(reader)

    upkeep.upkeep(now)

    reader.refresh_from_db()
    assert (reader.state, reader.unsubscribed_at) == ("unsubscribed", now)


def test_many_are_reminded_and_forgotten_chunk_by_chunk(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "CHUNK", 2)
    for number in range(5):
        signed_up(now - DAY, f"new{number}@example.com")
        signed_up(now - 31 * DAY, f"old{number}@example.com")

    reminded = [upkeep.remind(now) for _ in range(4)]
    forgotten = [upkeep.forget_unconfirmed(now) for _ in range(4)]

    assert reminded == forgotten == [2, 2, 1, 0]


def test_with_nothing_to_do_it_asks_a_few_questions_however_many_wait(
    now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        signed_up(now - HOUR, f"ada{number}@example.com")

    figures.keep(now)

    # two, a pause's, the transactions around them, events, corrections, and yesterday counted?
    with django_assert_max_num_queries(12):
        upkeep.upkeep(now)
