"""The breaker: who opens it, what leaves meanwhile, and how it closes."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)
from threading import Barrier
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from pytest_django import Settings
from structlog.testing import capture_logs

from subscriptions import breaker, claiming, switch
from subscriptions.digests.delivery import deliver
from subscriptions.digests.recovery import recover
from subscriptions.models import Breaker, Digest, Notice, Subscriber
from subscriptions.models.outgoing import OutgoingQuerySet
from tests.factories import DigestFactory, NoticeFactory, SubscriberFactory

pytestmark = pytest.mark.django_db

WRONG_LOGIN = SMTPAuthenticationError(535, b"5.7.8 wrong password")
NO_SENDER = SMTPSenderRefused(550, b"5.7.1 not your domain", "papers@example.com")
TOO_LARGE = SMTPSenderRefused(552, b"5.3.4 message too large", "papers@example.com")
NOBODY_THERE = SMTPRecipientsRefused({"a@example.com": (550, b"5.1.1 no such user")})
FULL = SMTPRecipientsRefused({"a@example.com": (550, b"5.2.2 mailbox full")})
BLOCKED = SMTPDataError(550, b"5.7.1 blocked by policy")
BUSY = SMTPDataError(451, b"4.3.2 later")
LOST = ConnectionResetError()  # of this backend nobody knows whether the mail was handed over
BUG = KeyError("never seen before")
MINUTE = timedelta(minutes=1)


class Provider(BaseEmailBackend):
    """Says to each mail what a test wrote down for it, or what it says to all."""

    says: Exception | None
    says_to: dict[str, Exception]
    asked: list[str]
    meanwhile: list[Callable[[], object]]

    def send_messages(self, messages: Any) -> int:
        [address] = messages[0].to
        self.asked.append(address)
        for act in self.meanwhile:
            act()
        if answer := self.says_to.get(address, self.says):
            raise answer
        return 1


@pytest.fixture
def provider(settings: Settings) -> type[Provider]:
    settings.EMAIL_BACKEND = f"{__name__}.Provider"
    Provider.says, Provider.says_to, Provider.asked, Provider.meanwhile = None, {}, [], []
    return Provider


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, time: timedelta = MINUTE) -> None:
        self.now += time


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


def make_ready(clock: Clock, number: int = 1, **facts: Any) -> list[Digest]:
    facts = {"not_after": clock() + timedelta(hours=12), "due_at": clock()} | facts
    return DigestFactory.create_batch(number, state="ready", message_id="<a@b>", **facts)


def as_email(mail: Any) -> EmailMessage:
    headers = {"Message-ID": mail.message_id}
    return EmailMessage("Papers", "Text", to=[mail.subscriber.email], headers=headers)


def send(clock: Clock, mails: OutgoingQuerySet | None = None) -> Counter[str]:
    """As a worker does: claim after claim, until there is nothing that may leave."""
    ended: Counter[str] = Counter()
    everything = Digest.objects.all() if mails is None else mails
    for _ in range(100):
        chunk = claiming.claim(everything, clock())
        if not chunk:
            return ended
        ended += deliver(chunk, as_email, clock)
    raise AssertionError("It claims without end.")


def counted() -> Counter[str]:
    return Counter(Digest.objects.values_list("state", flat=True))


def is_open() -> bool:
    return breaker.opened() is not None


def opened(clock: Clock, cause: Breaker.Cause = Breaker.Cause.US) -> None:
    """It opened a minute ago, so that a probe is due."""
    breaker.open("wrong login", clock(), cause)
    clock.wait()


# --- opening ---------------------------------------------------------------------------------


@pytest.mark.parametrize("refusal", [WRONG_LOGIN, NO_SENDER])
def test_who_refuses_us_is_asked_no_more_and_no_mail_loses_an_attempt(
    provider: type[Provider], clock: Clock, refusal: Exception
) -> None:
    make_ready(clock, 30)
    provider.says = refusal

    send(clock)

    assert len(provider.asked) == 1
    assert counted() == {"deferred": 1, "ready": 29}
    assert not Digest.objects.filter(attempts__gt=0).exists()
    assert type(refusal).__name__ in Breaker.objects.get().reason


def test_while_it_is_open_nobody_is_woken_and_nothing_is_claimed(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock, 3)
    NoticeFactory.create(state="ready", not_after=clock() + MINUTE * 99)
    breaker.open("wrong login", clock())

    assert not Digest.objects.open(clock()).exists()
    assert send(clock) == send(clock, Notice.objects.all()) == {}
    assert provider.asked == []


@pytest.mark.parametrize("fault", [BUG, BLOCKED, FULL])
def test_one_in_twenty_that_goes_wrong_for_no_fault_of_the_reader_stops_all(
    provider: type[Provider], clock: Clock, fault: Exception
) -> None:
    make_ready(clock, 30)
    provider.says = fault

    send(clock)

    row = Breaker.objects.get()
    assert row.cause == "mails"
    assert row.reason.startswith("5 of 5 mails went wrong, the last: ")
    assert len(provider.asked) == 5
    assert counted()["ready"] == 25


@pytest.mark.parametrize("fault", [BUG, BLOCKED, FULL])
def test_a_few_that_go_wrong_stop_nobody(
    provider: type[Provider], clock: Clock, fault: Exception
) -> None:
    poison = make_ready(clock, 4)
    make_ready(clock, 20)
    provider.says_to = {digest.subscriber.email: fault for digest in poison}

    assert send(clock)["sent"] == 20
    assert not is_open()


@pytest.mark.parametrize("weather", [NOBODY_THERE, BUSY, LOST])
def test_dead_addresses_and_the_networks_weather_do_not_open_it(
    provider: type[Provider], clock: Clock, weather: Exception
) -> None:
    make_ready(clock, 10)
    provider.says = weather

    send(clock)

    assert len(provider.asked) == 10
    assert not is_open()


def test_a_mail_that_is_too_large_is_not_taken_for_a_refusal_of_our_address(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock)
    provider.says = TOO_LARGE

    assert send(clock) == {"refused": 1}
    assert not is_open()


def test_it_opens_once_whoever_finds_out(provider: type[Provider], clock: Clock) -> None:
    breaker.open("wrong login", clock())
    clock.wait(timedelta(seconds=10))
    breaker.open("wrong again", clock())

    row = Breaker.objects.get()
    assert (row.reason, row.probes) == ("wrong login", 0)
    assert row.probe_at == clock() + timedelta(seconds=50)


def test_a_claim_made_before_it_opened_is_given_back_whole(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock, 12)
    claims = [Digest.objects.claim(owner, clock(), 3) for owner in ("a", "b", "c", "d")]
    breaker.open("wrong login", clock())

    for claimed in claims:
        assert deliver(claimed, as_email, clock) == {}

    assert provider.asked == []
    assert counted() == {"ready": 12}
    assert not Digest.objects.exclude(owner="", attempts=0).exists()


@pytest.mark.parametrize("connections", [1, 4])
def test_opened_in_the_middle_of_a_claim_only_what_is_on_its_way_goes_on(
    provider: type[Provider], settings: Settings, clock: Clock, connections: int
) -> None:
    settings.EMAIL_CONNECTIONS = connections
    digests = make_ready(clock, 40)
    provider.says_to = {digest.subscriber.email: WRONG_LOGIN for digest in digests[8:]}

    send(clock)

    assert len(provider.asked) <= 8 + connections
    assert counted()["sent"] == 8
    assert Digest.objects.filter(state="sent", attempts=1).count() == 8
    assert not Digest.objects.exclude(state="sent").filter(attempts__gt=0).exists()
    assert counted()["ready"] >= 40 - 8 - connections


# --- probing ---------------------------------------------------------------------------------


def test_one_mail_is_tried_and_when_it_gets_through_all_follow(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock, 30)
    opened(clock)
    waiting: list[int] = []
    provider.meanwhile = [lambda: waiting.append(counted()["ready"])]

    assert send(clock) == {"sent": 30}

    assert waiting[0] == 29  # one was claimed, and nobody else could claim another
    assert not is_open()


def test_each_probe_in_vain_waits_twice_as_long_as_the_last_up_to_a_quarter_of_an_hour(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock, 30)
    provider.says = WRONG_LOGIN
    send(clock)
    waits = []
    for _ in range(7):
        probe_at = Breaker.objects.get().probe_at
        waits.append((probe_at - clock()) / MINUTE)
        clock.wait(probe_at - clock())
        send(clock)

    assert waits == [1, 2, 4, 8, 15, 15, 15]
    assert len(provider.asked) == 8
    assert Breaker.objects.get().probes == 7
    assert not Digest.objects.filter(attempts__gt=0).exists()


@pytest.mark.parametrize("answer", [WRONG_LOGIN, BUSY, LOST, BLOCKED, BUG])
def test_an_answer_that_proves_nothing_good_keeps_it_open(
    provider: type[Provider], clock: Clock, answer: Exception
) -> None:
    make_ready(clock, 5)
    opened(clock)
    provider.says = answer

    send(clock)

    row = Breaker.objects.get()
    assert (len(provider.asked), row.probes, row.prober) == (1, 1, "")
    assert row.probe_at == clock() + 2 * MINUTE


@pytest.mark.parametrize("refusal", [NOBODY_THERE, FULL, TOO_LARGE])
def test_who_refuses_one_mail_lets_us_in(
    provider: type[Provider], clock: Clock, refusal: Exception
) -> None:
    first, *_ = make_ready(clock, 5)
    opened(clock)
    provider.says_to[first.subscriber.email] = refusal

    assert send(clock) == {"refused": 1, "sent": 4}
    assert not is_open()


def test_where_mails_are_what_goes_wrong_another_that_does_proves_nothing(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock, 5)
    opened(clock, Breaker.Cause.MAILS)
    provider.says = FULL

    assert send(clock) == {"refused": 1}
    assert Breaker.objects.get().probes == 1


def test_one_that_is_always_refused_as_if_it_were_all_of_us_does_not_keep_the_others_waiting(
    provider: type[Provider], clock: Clock
) -> None:
    poison, *_ = make_ready(clock, 10)
    provider.says_to[poison.subscriber.email] = WRONG_LOGIN
    send(clock)
    clock.wait()

    assert send(clock) == {"sent": 9}
    assert counted() == {"sent": 9, "deferred": 1}
    assert not is_open()


def test_two_workers_do_not_probe_at_once(clock: Clock) -> None:
    make_ready(clock, 5)
    opened(clock)

    first = claiming.claim(Digest.objects.all(), clock())
    second = claiming.claim(Digest.objects.all(), clock())

    assert (len(first), second) == (1, [])


def test_what_is_not_the_probe_cannot_leave_beside_it(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock, 4)
    early = Digest.objects.claim("early", clock(), 2)
    opened(clock)
    probe = claiming.claim(Digest.objects.all(), clock())

    assert deliver(early, as_email, clock) == {}
    assert deliver(probe, as_email, clock) == {"sent": 1}


def test_a_late_answer_to_another_mail_neither_closes_it_nor_counts_as_the_probes(
    provider: type[Provider], clock: Clock
) -> None:
    """Sent before the breaker opened, answered after."""
    make_ready(clock, 3)
    early = Digest.objects.claim("early", clock(), 1)
    provider.meanwhile = [lambda: breaker.open("wrong login", clock())]

    assert deliver(early, as_email, clock) == {"sent": 1}
    assert is_open()

    provider.meanwhile = []
    clock.wait()
    probe = claiming.claim(Digest.objects.all(), clock())
    breaker.probe_failed("early", "late", clock())
    assert deliver(probe, as_email, clock) == {"sent": 1}
    assert not is_open()


def test_who_does_not_probe_lets_nobody_in(clock: Clock) -> None:
    opened(clock)
    assert breaker.share("probe", 100, clock()) == 1

    assert not breaker.let_in("another")
    assert is_open()

    assert breaker.let_in("probe")
    assert not is_open()


def test_a_probe_for_which_there_is_no_mail_left_is_free_for_another(clock: Clock) -> None:
    """Somebody else sent the last digest; a notice comes in a moment later."""
    opened(clock)
    assert breaker.share("late", 100, clock()) == 1
    assert claiming.claim(Digest.objects.all(), clock()) == []
    breaker.give_back("late", clock())

    NoticeFactory.create(state="ready", not_after=clock() + MINUTE)
    assert len(claiming.claim(Notice.objects.all(), clock())) == 1


def test_when_the_probes_reader_has_left_another_mail_is_it(
    provider: type[Provider], clock: Clock
) -> None:
    gone = [
        SubscriberFactory.create(state=state) for state in ("unsubscribed", "paused", "suppressed")
    ]
    for reader in gone:
        make_ready(clock, subscriber=reader)
    make_ready(clock, 2)
    opened(clock)

    assert send(clock) == {"skipped": 3, "sent": 2}
    assert not is_open()


def test_who_is_not_on_the_list_of_an_installation_that_is_not_the_real_one_is_no_probe(
    provider: type[Provider], settings: Settings, clock: Clock
) -> None:
    settings.EMAIL_ALLOW_LIST = ["example.org"]
    make_ready(clock, 2)
    make_ready(clock, subscriber=SubscriberFactory.create(email="a@example.org"))
    opened(clock)

    assert send(clock) == {"skipped": 2, "sent": 1}
    assert not is_open()


def test_a_worker_killed_while_it_probes_leaves_the_probe_to_another(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock, 3)
    opened(clock)
    claiming.claim(Digest.objects.all(), clock())  # and it is gone
    clock.wait()
    assert send(clock) == {}

    clock.wait()

    assert send(clock) == {"sent": 2}
    assert not is_open()


def test_a_prober_that_slept_too_long_sends_nothing_and_judges_nothing(
    provider: type[Provider], clock: Clock
) -> None:
    make_ready(clock, 2)
    opened(clock)
    slept = claiming.claim(Digest.objects.all(), clock())
    clock.wait(3 * MINUTE)
    other = claiming.claim(Digest.objects.all(), clock())

    assert deliver(slept, as_email, clock) == {}
    assert Breaker.objects.get().prober == other[0].owner
    assert deliver(other, as_email, clock) == {"sent": 1}


def test_a_notice_can_be_the_probe_for_all(provider: type[Provider], clock: Clock) -> None:
    make_ready(clock, 3)
    NoticeFactory.create(state="ready", message_id="<n@b>", not_after=clock() + 9 * MINUTE)
    opened(clock)

    assert send(clock, Notice.objects.all()) == {"sent": 1}
    assert send(clock) == {"sent": 3}


# --- with a pause, a hold, and too late ------------------------------------------------------


def test_a_pause_on_top_of_it_stops_the_probes_too(provider: type[Provider], clock: Clock) -> None:
    make_ready(clock, 3)
    opened(clock)
    switch.pause("for a test", "sam", clock())

    assert send(clock) == {}
    assert provider.asked == []

    switch.resume()
    assert send(clock) == {"sent": 3}


@pytest.mark.parametrize("stop", ["pause", "hold"])
def test_a_probe_that_is_stopped_on_its_way_is_given_back(
    provider: type[Provider], clock: Clock, stop: str
) -> None:
    [digest, *_] = make_ready(clock, 3)
    opened(clock)
    probe = claiming.claim(Digest.objects.all(), clock())
    if stop == "pause":
        switch.pause("for a test", "sam", clock())
    else:
        type(digest.edition).objects.update(held=True, hold_reason="wrong")

    assert deliver(probe, as_email, clock) == {}

    row = Breaker.objects.get()
    assert (row.prober, row.probe_at, row.probes) == ("", clock(), 0)
    assert counted() == {"ready": 3}


def test_what_waits_too_long_for_it_ends_as_expired(provider: type[Provider], clock: Clock) -> None:
    make_ready(clock, 3)
    provider.says = WRONG_LOGIN
    send(clock)
    clock.wait(timedelta(hours=12))

    recover(Digest.objects.all(), clock())

    assert counted() == {"skipped": 3}
    assert {digest.reason for digest in Digest.objects.all()} == {"expired"}
    assert send(clock) == {}


# --- at once ---------------------------------------------------------------------------------


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Eight do it, each in a thread with a database connection of its own."""
    together = Barrier(8)

    def one(number: int) -> Any:
        try:
            connection.ensure_connection()
            together.wait(30)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, range(8)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_that_open_it_at_once_one_does_and_of_many_that_probe_one_may(
    clock: Clock,
) -> None:
    at_once(lambda number: breaker.open(f"wrong login, says {number}", clock()))
    assert Breaker.objects.count() == 1

    clock.wait()
    make_ready(clock, 20)
    claims = at_once(lambda _: claiming.claim(Digest.objects.all(), clock()))
    assert sorted(map(len, claims)) == [0] * 7 + [1]

    rows = at_once(lambda _: breaker.close_by_hand())
    assert sum(row is not None for row in rows) == 1


# --- closing by hand -------------------------------------------------------------------------


def test_closed_by_hand_all_leaves_at_once(provider: type[Provider], clock: Clock) -> None:
    make_ready(clock, 30)
    provider.says = WRONG_LOGIN
    send(clock)
    provider.says = None

    row = breaker.close_by_hand()

    assert row is not None
    assert row.reason.startswith("SMTPAuthenticationError")
    assert send(clock) == {"sent": 29}
    clock.wait(5 * MINUTE)
    assert send(clock) == {"sent": 1}


def test_closing_it_twice_says_that_it_was_closed(clock: Clock) -> None:
    breaker.open("wrong login", clock())

    assert breaker.close_by_hand()
    assert breaker.close_by_hand() is None


def test_closed_by_hand_too_early_it_opens_again(provider: type[Provider], clock: Clock) -> None:
    make_ready(clock, 30)
    provider.says = WRONG_LOGIN
    send(clock)
    breaker.close_by_hand()

    send(clock)

    assert is_open()
    assert len(provider.asked) == 2


# --- a fault that nobody foresaw -------------------------------------------------------------


def test_a_mail_that_meets_it_fails_after_three_attempts_and_the_others_go_on(
    provider: type[Provider], clock: Clock
) -> None:
    poison, *_ = make_ready(clock, 10)
    provider.says_to[poison.subscriber.email] = BUG

    for sent in (9, 0, 0):
        assert send(clock)["sent"] == sent
        clock.wait(timedelta(minutes=20))

    poison.refresh_from_db()
    assert (poison.state, poison.attempts, poison.reason) == ("failed", 3, "KeyError")
    assert not is_open()
    assert send(clock) == {}


def test_subscribers_are_left_alone(provider: type[Provider], clock: Clock) -> None:
    """Whatever went wrong was no fault of theirs."""
    make_ready(clock, 10)
    provider.says = WRONG_LOGIN
    send(clock)

    assert set(Subscriber.objects.values_list("state", flat=True)) == {"active"}


def test_the_log_tells_once_of_its_opening_of_each_probe_in_vain_and_of_its_closing(
    now: datetime,
) -> None:
    with capture_logs() as log:
        for _ in range(2):
            breaker.open("wrong password", now)
        breaker.share("the prober", 10, now + MINUTE)
        breaker.probe_failed("the prober", "wrong sender", now + MINUTE)
        assert Breaker.objects.get().reason == "wrong sender"
        breaker.share("the prober", 10, now + 5 * MINUTE)
        assert [breaker.close("the prober") for _ in range(2)] == [True, False]

    told = [(entry["event"], entry.get("probes")) for entry in log]
    assert told == [("breaker_opened", None), ("breaker_stays_open", 1), ("breaker_closed", None)]
