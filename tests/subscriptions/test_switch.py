"""Pausing all sending: nothing is claimed or begun, nothing is lost, and nothing comes twice."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from papers.models import Edition
from subscriptions import switch
from subscriptions.digests import delivery, pipeline
from subscriptions.models import Digest, MailboxMessage, Notice, Sending, Subscriber
from subscriptions.notices import send_notices
from subscriptions.tick import tick, work_waiting
from subscriptions.timing import Clock
from tests.factories import DigestFactory, NoticeFactory, SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers", "mailbox")]
Mailbox = QuerySet[MailboxMessage]
HOUR = timedelta(hours=1)


def readers(count: int, now: datetime) -> None:
    SubscriberFactory.create_batch(count, next_send_at=now)


def ready_notice(now: datetime, **facts: object) -> Notice:
    return NoticeFactory.create(
        state="ready", asked_at=now, not_after=now + HOUR, message_id="<notice>", **facts
    )


def states() -> set[str]:
    return set(Digest.objects.values_list("state", flat=True))


def test_while_paused_digests_fall_due_but_nothing_is_claimed(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    readers(3, now)
    ready_notice(now)
    switch.pause("wrong links", "sam", now)

    assert tick(clock) == {}

    assert not mailbox.exists()
    assert states() == {"pending"}
    assert Digest.objects.filter(sending_at=None, attempts=0).count() == 3
    assert Notice.objects.get().state == "ready"
    assert work_waiting(now) == 0


def test_after_it_everybody_gets_one_mail(now: datetime, clock: Clock, mailbox: Mailbox) -> None:
    readers(3, now)
    ready_notice(now)
    switch.pause("wrong links", "sam", now)
    tick(clock)
    switch.resume()

    assert tick(clock) == {"sent": 4}
    assert tick(clock) == {}

    assert mailbox.count() == 4


def test_a_pause_in_the_middle_of_a_chunk_gives_the_rest_back_at_once(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    readers(40, now)
    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)
    claimed = Digest.objects.claim("worker", now, 40)

    def compose(digest: Digest) -> EmailMessage:
        if digest == claimed[2]:
            switch.pause("wrong links", "sam", now)
        return EmailMessage("subject", "text", to=[digest.subscriber.email])

    with CaptureQueriesContext(connection) as queries:
        ended = delivery.deliver(claimed, compose, clock)

    assert ended == {"sent": 2}
    assert mailbox.count() == 2
    given_back = Digest.objects.filter(state="ready", owner="", lease_until=None)
    assert given_back.filter(attempts=0, sending_at=None).count() == 38
    assert len(queries) < 30  # not a few for each of the 38


def test_what_was_given_back_is_sent_after_it(
    now: datetime, clock: Clock, mailbox: Mailbox, settings: Settings
) -> None:
    settings.DIGEST_CHUNK_SIZE = 2
    readers(5, now)
    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)
    Digest.objects.claim("worker", now, 5)[0].release_claim()
    switch.pause("wrong links", "sam", now)
    assert pipeline.run(clock) == {}
    switch.resume()

    assert pipeline.run(clock) == {"sent": 5}

    assert len(set(mailbox.values_list("recipient", flat=True))) == mailbox.count() == 5


def test_a_hold_in_the_middle_stops_its_edition_and_no_other(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    readers(4, now)
    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)
    older = Edition.objects.create(date=now.date() - timedelta(days=1), frozen_at=now)
    first, second = Digest.objects.order_by("pk")[:2]
    Digest.objects.filter(pk__in=[first.pk, second.pk]).update(edition=older)
    claimed = Digest.objects.claim("worker", now, 4)
    Edition.objects.filter(pk=older.pk).update(held=True)

    delivery.deliver(claimed, lambda digest: EmailMessage(to=[digest.subscriber.email]), clock)
    pipeline.run(clock)

    assert mailbox.count() == 2
    assert set(older.digests.values_list("state", flat=True)) == {"ready"}


def test_a_confirmation_that_is_claimed_when_the_pause_comes_waits(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    notice = ready_notice(now)
    claimed = Notice.objects.claim("worker", now, 10)
    switch.pause("wrong links", "sam", now)

    assert delivery.deliver(claimed, lambda _: EmailMessage(to=["a@example.com"]), clock) == {}

    notice.refresh_from_db()
    assert (notice.state, notice.attempts, mailbox.count()) == ("ready", 0, 0)
    switch.resume()
    assert send_notices(clock) == {"sent": 1}


def test_what_grows_too_old_meanwhile_is_skipped_and_counted(now: datetime) -> None:
    switch.pause("wrong links", "sam", now)
    facts = {"not_after": now + HOUR, "state": "ready"}
    for _ in range(2):
        DigestFactory.create(edition__date=now.date(), **facts)
    DigestFactory.create(edition__date=now.date(), state="ready", not_after=now + 9 * HOUR)
    DigestFactory.create(state="skipped", reason="expired", not_after=now - HOUR)
    NoticeFactory.create(**facts)
    Subscriber.objects.update(next_send_at=now + timedelta(days=1))
    pause, later = switch.paused(), now + 2 * HOUR
    assert pause

    before_the_tick = switch.backlog(pause, later)
    tick(lambda: later)

    assert before_the_tick == switch.Backlog(1, 0, 2, 1)
    assert switch.backlog(pause, later) == before_the_tick
    assert Digest.objects.filter(reason="expired", not_after__gt=now).count() == 2


def test_a_second_pause_changes_nothing_and_a_second_resume_ends_nothing(now: datetime) -> None:
    assert switch.pause("wrong links", "sam", now)
    assert not switch.pause("other links", "kim", now + HOUR)

    pause = Sending.objects.get()
    assert (pause.reason, pause.paused_by, pause.paused_at) == ("wrong links", "sam", now)
    ended = switch.resume()
    assert ended
    assert ended.reason == "wrong links"
    assert switch.resume() is None
    assert switch.paused() is None


@pytest.mark.parametrize("table", ["digest", "notice"])
def test_the_switch_costs_the_claim_no_search(
    now: datetime, table: str, questions_of: Callable[[str], str]
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's plan is looked at in test_tick_at_scale")
    assert "InitPlan" in questions_of(table) or "One-Time Filter" in questions_of(table)


@pytest.fixture
def questions_of(now: datetime) -> Callable[[str], str]:
    """PostgreSQL's plan to find what waits."""
    questions = {"digest": Digest.objects.waiting(now), "notice": Notice.objects.waiting(now)}
    return lambda table: questions[table].order_by().explain()
