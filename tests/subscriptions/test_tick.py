"""The tick: one look at the clock brings everything that is due, and a second one nothing more."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from kombu.exceptions import OperationalError
from pytest_django import Settings
from redis import Redis

from papers.models import Edition
from subscriptions import switch, tasks
from subscriptions.models import Digest, MailboxMessage, Notice, Tick
from subscriptions.tick import tick, work_waiting
from subscriptions.timing import Clock
from tests.factories import DigestFactory, NoticeFactory, SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers", "mailbox")]

Mailbox = QuerySet[MailboxMessage]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def ready_notice(now: datetime) -> Notice:
    return NoticeFactory.create(
        state="ready", asked_at=now, not_after=now + timedelta(hours=1), message_id="<notice>"
    )


def tick_by_hand() -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("tick", stdout=printed)
    return printed.getvalue()


def wake_ups(broker_url: str) -> int:
    """How many tasks wait in the broker."""
    with Redis.from_url(broker_url) as broker:
        return int(broker.llen("celery"))


def test_builds_the_edition_sends_what_waits_and_is_written_down(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    notice = ready_notice(now)
    reader = SubscriberFactory.create(next_send_at=now)

    assert tick(clock) == {"sent": 2}

    assert Edition.objects.get().candidates.count() == 8
    recipients = [mail.recipient for mail in mailbox.order_by("pk")]
    assert recipients == [notice.subscriber.email, reader.email]
    assert Tick.objects.get().finished_at == now


def test_a_second_tick_sends_nothing(now: datetime, clock: Clock, mailbox: Mailbox) -> None:
    ready_notice(now)
    SubscriberFactory.create(next_send_at=now)
    tick(clock)

    assert tick(clock) == {}

    assert mailbox.count() == 2
    assert Tick.objects.count() == 1


def test_with_nobody_due_the_edition_is_built_but_not_frozen(clock: Clock) -> None:
    assert tick(clock) == {}

    assert Edition.objects.get().frozen_at is None


def test_a_tick_out_of_time_leaves_the_digests_to_the_next_one(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(next_send_at=now)

    assert tick(clock, until=now) == {}
    assert tick(clock) == {"sent": 1}


def test_readers_due_and_open_digests_are_work(now: datetime) -> None:
    SubscriberFactory.create(next_send_at=now)
    later = SubscriberFactory.create(next_send_at=now + timedelta(hours=1))
    DigestFactory.create(subscriber=later)

    assert work_waiting(now) == 2


@pytest.mark.parametrize("state", ["claimed", "sending", "unknown"])
def test_what_a_killed_worker_left_is_work_once_its_lease_is_over(
    now: datetime, state: str
) -> None:
    later = SubscriberFactory.create(next_send_at=now + timedelta(hours=1))
    digest = DigestFactory.create(
        subscriber=later, state=state, owner="killed", not_after=now + timedelta(hours=1)
    )
    Digest.objects.update(lease_until=datetime.now(UTC) + timedelta(hours=1))

    assert work_waiting(now) == (1 if state == "unknown" else 0)

    Digest.objects.filter(pk=digest.pk).update(lease_until=LONG_AGO)
    assert work_waiting(now) == 1


@pytest.mark.usefixtures("at_nine")
def test_by_hand_without_a_broker_it_works_in_place_and_prints_how_mails_ended(
    now: datetime, mailbox: Mailbox
) -> None:
    SubscriberFactory.create(next_send_at=now)

    assert tick_by_hand() == "Mails: 1 sent.\n"
    assert tick_by_hand() == "Nothing was due.\n"
    assert mailbox.count() == 1


@pytest.mark.usefixtures("at_nine")
def test_by_hand_it_says_why_nothing_leaves(now: datetime, mailbox: Mailbox) -> None:
    SubscriberFactory.create(next_send_at=now)
    switch.pause("wrong links", "sam", now)

    assert tick_by_hand().startswith("No mail leaves: sending is paused since ")
    assert mailbox.count() == 0


@pytest.mark.usefixtures("at_nine")
def test_a_dry_run_counts_what_waits_and_sends_nothing(now: datetime, mailbox: Mailbox) -> None:
    SubscriberFactory.create(next_send_at=now)
    ready_notice(now)
    printed = StringIO()

    call_command("tick", "--dry-run", "--json", stdout=printed)

    told = json.loads(printed.getvalue())
    assert (told["readers_and_digests_waiting"], told["notices_waiting"]) == (1, 1)
    assert not mailbox.exists()
    assert not Tick.objects.exists()


def test_by_hand_a_broker_that_is_away_is_told_in_a_sentence(
    use_broker: Callable[[str], None],
) -> None:
    use_broker("redis://127.0.0.1:1/0")

    with pytest.raises(CommandError, match="does not answer, so no worker was woken"):
        tick_by_hand()


@pytest.mark.usefixtures("at_nine")
@pytest.mark.parametrize(("readers", "chunks"), [(0, 0), (1, 1), (4, 2), (5, 3), (600, 256)])
def test_with_a_broker_it_wakes_a_worker_for_each_chunk_but_not_more_than_256(
    now: datetime,
    settings: Settings,
    broker_url: str,
    use_broker: Callable[[str], None],
    readers: int,
    chunks: int,
) -> None:
    settings.DIGEST_CHUNK_SIZE = 2
    use_broker(broker_url)
    SubscriberFactory.create_batch(readers, next_send_at=now)

    assert tick_by_hand() == "Workers woken.\n"

    assert wake_ups(broker_url) == 1 + chunks  # one for notices
    assert Tick.objects.get().finished_at == now
    assert not Digest.objects.exists()


@pytest.mark.usefixtures("at_nine")
def test_a_wake_up_does_what_is_due_however_often_it_comes(now: datetime, mailbox: Mailbox) -> None:
    ready_notice(now)
    SubscriberFactory.create(next_send_at=now)

    for _ in range(7):
        tasks.send_notices()
        tasks.send_digests()

    assert mailbox.count() == 2


def test_a_broker_that_is_away_loses_nothing(
    now: datetime, clock: Clock, use_broker: Callable[[str], None]
) -> None:
    SubscriberFactory.create(next_send_at=now)
    use_broker("redis://127.0.0.1:1/0")

    with pytest.raises(OperationalError):
        tasks.tick()

    assert not Tick.objects.exists()
    assert tick(clock) == {"sent": 1}
