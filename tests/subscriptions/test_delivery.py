"""Delivery: a claim is sent mail by mail, and each of them ends where the ledger says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from pytest_django import Settings

from subscriptions import erasing
from subscriptions.digests.delivery import deliver
from subscriptions.emails.message import FrozenEmail
from subscriptions.models import Digest, Subscriber, Suppression
from subscriptions.models.states import TOO_OLD, Outcome, State
from subscriptions.timing import Clock
from tests.factories import PaperFactory
from tests.smtp import Sink
from tests.subscriptions.claimed import as_email, claimed_again, digest_to, state_of

pytestmark = pytest.mark.django_db


def test_what_the_server_takes_is_sent(sink: Sink, now: datetime, clock: Clock) -> None:
    digest = digest_to("a@example.com", now)

    assert deliver([digest], as_email, clock) == {"sent": 1}

    assert sink.recipients() == ["a@example.com"]
    assert state_of(digest) == "sent"
    assert (digest.sent_at, digest.attempts, digest.owner) == (now, 1, "")


def test_delivered_a_second_time_it_sends_nothing(sink: Sink, now: datetime, clock: Clock) -> None:
    digest = digest_to("a@example.com", now)
    deliver([digest], as_email, clock)

    assert deliver([digest], as_email, clock) == {}

    assert sink.recipients() == ["a@example.com"]
    assert state_of(digest) == "sent"


def test_a_mail_that_cannot_be_made_is_tried_thrice_and_stops_nobody_else(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    poison, fine = digest_to("poison@example.com", now), digest_to("fine@example.com", now)

    def compose(digest: Digest) -> FrozenEmail:
        if digest == poison:
            raise KeyError("no such card")
        return as_email(digest)

    deliver([poison, fine], compose, clock)
    assert (state_of(poison), state_of(fine)) == ("deferred", "sent")

    deliver([claimed_again(poison, attempts=2)], compose, clock)
    assert state_of(poison) == "failed"


@pytest.mark.parametrize("state", ["unsubscribed", "paused", "suppressed"])
def test_who_left_since_the_claim_gets_nothing(
    sink: Sink, now: datetime, clock: Clock, state: str
) -> None:
    digest = digest_to("a@example.com", now)
    Subscriber.objects.update(state=state)

    deliver([digest], as_email, clock)

    assert sink.taken == []
    assert (state_of(digest), digest.reason, digest.attempts) == ("skipped", state, 0)


def test_a_suppressed_address_gets_nothing_whatever_the_subscribers_state(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    digest = digest_to("a@example.com", now)
    Suppression.objects.create(address_hash=digest.subscriber.address_hash)

    deliver([digest], as_email, clock)

    assert sink.taken == []
    assert (state_of(digest), digest.reason, digest.attempts) == ("skipped", "suppressed", 0)


def test_a_held_edition_waits(sink: Sink, now: datetime, clock: Clock) -> None:
    digest = digest_to("a@example.com", now)
    digest.edition.held = True
    digest.edition.save()

    deliver([digest], as_email, clock)

    assert sink.taken == []
    assert state_of(digest) == "ready"
    assert not Digest.objects.claim("other", now, 10)


def test_a_stale_digest_is_skipped_as_expired(sink: Sink, now: datetime, clock: Clock) -> None:
    digest = digest_to("a@example.com", now, not_after=now)

    deliver([digest], as_email, clock)

    assert sink.taken == []
    assert (state_of(digest), digest.reason, digest.attempts) == ("skipped", "expired", 0)


def test_a_stale_digest_that_may_have_arrived_is_for_a_person(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    digest = digest_to("a@example.com", now, not_after=now, may_have_left=True)

    deliver([digest], as_email, clock)

    assert sink.taken == []
    assert (state_of(digest), digest.reason, digest.attempts) == ("unresolved", TOO_OLD, 0)


def test_who_lost_the_claim_sends_nothing_and_writes_nothing(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    digest = digest_to("a@example.com", now)
    Digest.objects.update(owner="another")

    assert deliver([digest], as_email, clock) == {}

    assert sink.taken == []
    assert state_of(digest) == "claimed"


@pytest.mark.parametrize(
    "meanwhile", [{"owner": "another"}, {"state": "ready"}, {"state": "sending"}]
)
def test_nothing_keeps_a_mail_from_leaving_that_is_no_longer_ours(
    now: datetime, meanwhile: dict[str, str]
) -> None:
    digest, _ = digest_to("a@example.com", now, not_after=now), digest_to("b@example.com", now)
    Digest.objects.filter(pk=digest.pk).update(**meanwhile)

    assert digest.why_not(now) is None


@pytest.mark.parametrize(
    "state", sorted(set(State) - {State.PENDING, State.CLAIMED, State.SENDING})
)
def test_an_attempt_ends_once_and_only_for_who_made_it(now: datetime, state: str) -> None:
    digest, outcome = digest_to("a@example.com", now), Outcome(State.SENT)
    Digest.objects.update(owner="another")
    assert not digest.settle(outcome, now)

    Digest.objects.update(owner="test")
    assert digest.settle(outcome, now)

    past = {"sent_at": now, "next_attempt_at": now, "reason": "it ended"}
    Digest.objects.update(owner="test", state=state, **past)
    assert not digest.settle(outcome, now)


def test_who_lost_the_claim_gives_no_papers_back(now: datetime) -> None:
    digest = digest_to("a@example.com", now)
    digest.items.create(subscriber=digest.subscriber, paper=PaperFactory.create(), position=1)
    Digest.objects.update(owner="another")

    assert not digest.settle(Outcome(State.FAILED, "a bug"), now)
    assert digest.items.exists()


def test_a_reader_who_is_erased_while_we_look_why_it_stays_is_no_error(now: datetime) -> None:
    digest = digest_to("a@example.com", now)
    leaving = [digest.subscriber]

    def erased_meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        if "subscriptions_subscriber" in sql and leaving:
            erasing.erase(leaving.pop(), now)
        return execute(sql, *rest)

    with connection.execute_wrapper(erased_meanwhile):
        why = digest.why_not(now)

    assert why == Outcome(State.SKIPPED, "erased", attempted=False)


def test_those_of_a_claim_that_may_leave_begin_to_and_only_once(now: datetime) -> None:
    stays, goes = digest_to("a@example.com", now), digest_to("b@example.com", now)
    Subscriber.objects.filter(pk=stays.subscriber_id).update(state="paused")

    assert Digest.objects.all().mark_sending([stays, goes], now) == {goes.pk}
    assert Digest.objects.all().mark_sending([stays, goes], now) == set()
    assert (state_of(stays), state_of(goes)) == ("claimed", "sending")


def test_the_same_mail_is_the_same_to_the_byte(sink: Sink, now: datetime, clock: Clock) -> None:
    digest = digest_to("a@example.com", now)
    deliver([digest], as_email, clock)

    deliver([claimed_again(digest)], as_email, clock)

    first, second = sink.taken
    assert first == second


def test_every_mail_has_one_recipient(settings: Settings, now: datetime, clock: Clock) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver([digest_to(f"{name}@example.com", now) for name in "ab"], as_email, clock)

    assert [message.recipients() for message in mail.outbox] == [
        ["a@example.com"],
        ["b@example.com"],
    ]


def test_a_backend_that_cannot_be_made_uses_up_no_attempt(
    settings: Settings, now: datetime, clock: Clock
) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {}  # without the token that it needs
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert (state_of(digest), digest.attempts) == ("deferred", 0)
    assert "AnymailConfigurationError" in digest.reason


@pytest.mark.parametrize(("attempts", "fresh_for"), [(5, 12), (1, 0.01)])
def test_one_that_may_have_arrived_before_does_not_end_as_if_it_had_not(
    sink: Sink, now: datetime, clock: Clock, attempts: int, fresh_for: float
) -> None:
    sink.replies["a@example.com"] = "454 4.3.0 a fault of ours"
    fresh = {"attempts": attempts, "not_after": now + timedelta(hours=fresh_for)}
    digest = digest_to("a@example.com", now, may_have_left=True, **fresh)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "unresolved"
    assert "454" in digest.reason
