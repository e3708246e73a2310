"""Delivery over many connections at once: as one would do it, and no more of them than allowed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import OperationalError
from django.db.models import QuerySet
from pytest_django import Settings

from subscriptions import notices, switch
from subscriptions.digests.delivery import deliver, sender
from subscriptions.emails.message import FrozenEmail
from subscriptions.models import Breaker, Digest, MailboxMessage
from subscriptions.timing import Clock
from tests.factories import NoticeFactory
from tests.provider import Behaviour, Provider
from tests.smtp import Sink
from tests.subscriptions.claimed import (
    as_email,
    digests_to,
    fresh,
    send_by,
    state_of,
    states_of,
)

pytestmark = pytest.mark.django_db
LANES = 4


@pytest.fixture(autouse=True)
def lanes(settings: Settings) -> Iterator[None]:
    """None of their threads is left afterwards."""
    settings.EMAIL_CONNECTIONS = LANES
    settings.EMAIL_TIMEOUT = 2
    before = set(threading.enumerate())
    yield
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if "ThreadPoolExecutor" in thread.name]


def doing_at(mail: Digest, action: Callable[[], object]) -> Callable[[Digest], FrozenEmail]:
    """Composes, and before that one does something else."""

    def compose(digest: Digest) -> FrozenEmail:
        if digest == mail:
            action()
        return as_email(digest)

    return compose


def test_each_gets_one_over_no_more_connections_than_allowed(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.behaviour = Behaviour(latency=0.02)
    digests = digests_to(30, now)

    assert deliver(digests, as_email, clock) == {"sent": 30}

    assert sorted(sink.recipients()) == sorted(digest.subscriber.email for digest in digests)
    assert 1 < sink.used <= LANES


def test_over_http_too(provider: Provider, settings: Settings, now: datetime, clock: Clock) -> None:
    send_by(provider, "resend", settings)
    provider.behave(latency=0.02)
    digests = digests_to(30, now)

    assert deliver(digests, as_email, clock) == {"sent": 30}

    assert len({mail.key for mail in provider.accepted}) == 30
    assert sorted(provider.recipients) == sorted(digest.subscriber.email for digest in digests)
    assert 1 < provider.most_at_once <= LANES


def test_fewer_mails_than_lanes_open_no_connection_in_vain(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    deliver(digests_to(2, now), as_email, clock)

    assert sink.used <= 2


def test_one_that_hangs_keeps_only_its_own_lane(sink: Sink, now: datetime, clock: Clock) -> None:
    digests = digests_to(12, now)
    slow = digests[0]

    def compose(digest: Digest) -> FrozenEmail:
        email = as_email(digest)
        if digest == slow:
            email.to = ["slow@example.com"]
        return email

    sink.behaviour = Behaviour(hanging_addresses=("slow@example.com",))
    deliver(digests, compose, clock)

    assert states_of(digests) == ["deferred"] + ["sent"] * 11


class SlowToOne(BaseEmailBackend):
    """Takes any mail at once, but the first reader's only when it may."""

    may = threading.Event()

    def send_messages(self, emails: Sequence[EmailMessage]) -> int:
        if emails[0].to == ["reader-0@example.com"]:
            assert self.may.wait(60)
        return len(emails)


def test_the_next_claim_does_not_wait_for_the_slowest_of_the_last(
    settings: Settings, now: datetime, clock: Clock
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{SlowToOne.__qualname__}"
    slow, *others = digests_to(21, now)
    Digest.objects.exclude(pk=slow.pk).update(owner="the next claim")

    with sender(clock) as sends:
        sends.begin([slow], as_email)
        sends.begin([fresh(other) for other in others], as_email)
        meanwhile = states_of([slow, *others])
        SlowToOne.may.set()

    assert meanwhile[0] == "sending"
    assert meanwhile.count("sent") > 20 - LANES
    assert sends.ended == {"sent": 21}
    assert set(states_of([slow, *others])) == {"sent"}


def test_stopped_between_two_claims_what_is_on_its_way_arrives(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.behaviour = Behaviour(latency=0.05)
    digests = digests_to(8, now)

    with suppress(KeyboardInterrupt), sender(clock) as sends:
        sends.begin(digests, as_email)
        raise KeyboardInterrupt

    assert states_of(digests) == ["sent"] * 8
    assert sends.ended == {"sent": 8}


def test_a_probe_that_gets_through_lets_the_others_follow_at_once(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    NoticeFactory.create_batch(10, state="ready", not_after=now + timedelta(hours=1))
    Breaker.objects.create(
        opened_at=now, probe_at=now, reason="wrong login", cause=Breaker.Cause.US
    )

    assert notices.send_notices(clock) == {"sent": 10}
    assert not Breaker.objects.exists()


def test_poison_stops_nobody(sink: Sink, now: datetime, clock: Clock) -> None:
    digests = digests_to(10, now)
    sink.replies["reader-7@example.com"] = "550 5.1.1 no such user"

    def poison() -> None:
        raise KeyError("no such card")

    deliver(digests, doing_at(digests[3], poison), clock)

    ended = states_of(digests)
    assert (ended[3], ended[7]) == ("deferred", "refused")
    assert ended.count("sent") == 8


def test_a_pause_in_the_middle_gives_back_all_that_has_not_begun(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    digests = digests_to(20, now)

    deliver(digests, doing_at(digests[6], lambda: switch.pause("wrong", "us", now)), clock)

    ended = states_of(digests)
    assert ended.count("sent") == len(sink.taken) <= 6
    assert set(ended[6:]) == {"ready"}
    assert not Digest.objects.filter(state="ready").exclude(attempts=0, owner="").exists()


def test_at_the_end_of_its_time_it_gives_back_what_has_not_begun(sink: Sink, now: datetime) -> None:
    digests = digests_to(20, now)
    later = now.replace(hour=now.hour + 1)
    time = [now]

    def tell() -> datetime:
        return time[0]

    deliver(digests, doing_at(digests[3], lambda: time.__setitem__(0, later)), tell, until=later)

    ended = states_of(digests)
    assert ended.count("sent") == len(sink.taken) == 4
    assert set(ended[4:]) == {"ready"}


@pytest.mark.parametrize(
    "error", [OperationalError("no database"), KeyboardInterrupt(), SystemExit()]
)
def test_stopped_in_the_middle_what_is_on_its_way_arrives_and_the_rest_is_given_back(
    sink: Sink, now: datetime, clock: Clock, error: BaseException
) -> None:
    sink.behaviour = Behaviour(latency=0.05)
    digests = digests_to(60, now)

    def stop() -> None:
        raise error

    with pytest.raises(type(error)):
        deliver(digests, as_email, clock, check=stop)

    ended = states_of(digests)
    assert set(ended) == {"sent", "ready"}
    assert ended.count("sent") == len(sink.taken)
    assert sink.taken


def test_what_the_provider_said_is_not_forgotten_because_the_database_failed_once(
    sink: Sink, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = digests_to(8, now)
    ledger = type(Digest.objects.all())
    settle = ledger.settle
    failing = iter([True])

    def fails_once(*facts: Any) -> int:
        if next(failing, False):
            raise OperationalError("deadlock detected")
        return settle(*facts)

    monkeypatch.setattr(ledger, "settle", fails_once)
    with pytest.raises(OperationalError):
        deliver(digests, as_email, clock)

    assert set(states_of(digests)) <= {"sent", "ready"}
    assert states_of(digests).count("sent") == len(sink.taken) > 0


def test_a_ledger_that_is_away_leaves_no_connection_behind(
    sink: Sink, now: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = digests_to(8, now)

    def away(*_: object) -> int:
        raise OperationalError("no database")

    monkeypatch.setattr(type(Digest.objects.all()), "settle", away)
    with pytest.raises(OperationalError):
        deliver(digests, as_email, clock)

    assert len(sink.taken) <= LANES
    assert set(states_of(digests)) <= {"sending", "ready"}


def test_what_waited_too_long_for_a_connection_does_not_begin(
    sink: Sink, settings: Settings, now: datetime, clock: Clock
) -> None:
    """Another may have taken it over meanwhile."""
    settings.DIGEST_LEASE_SECONDS = 0.5
    sink.greets_after = 0.5
    [digest] = digests_to(1, now)

    deliver([digest], as_email, clock)

    assert sink.taken == []
    assert (state_of(digest), digest.may_have_left) == ("deferred", False)


@pytest.mark.django_db(transaction=True)
def test_the_mailbox_takes_from_all_of_them(
    mailbox: QuerySet[MailboxMessage], now: datetime, clock: Clock
) -> None:
    digests = digests_to(20, now)

    assert deliver(digests, as_email, clock) == {"sent": 20}

    assert mailbox.count() == 20
    assert all(fresh(digest).sent_at for digest in digests)


def test_lost_replies_are_told_apart_from_the_others(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.behaviour = Behaviour(seed=5, drops_after=0.3)
    digests = digests_to(40, now)

    ended = deliver(digests, as_email, clock)

    assert set(ended) == {"sent", "unknown"}
    assert ended.total() == 40
    assert len(sink.taken) == 40
