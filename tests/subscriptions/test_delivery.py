"""Delivery: what a provider answers, in a real SMTP or HTTP conversation, becomes a state."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from subscriptions.digests.delivery import deliver
from subscriptions.emails.message import FrozenEmail, Mail
from subscriptions.models import Digest, Subscriber, Suppression
from subscriptions.timing import Clock
from tests.factories import DigestFactory, SubscriberFactory
from tests.smtp import HANG_UP, Sink

pytestmark = pytest.mark.django_db


def digest_to(email: str, now: datetime, **facts: Any) -> Digest:
    """A digest that this test has claimed."""
    subscriber = SubscriberFactory.create(email=email)
    facts = {"not_after": now + timedelta(hours=12), "due_at": now} | facts
    return DigestFactory.create(
        subscriber=subscriber, state="claimed", owner="test", message_id=f"<{email}>", **facts
    )


def as_email(digest: Digest) -> FrozenEmail:
    return Mail(
        to=digest.subscriber.email,
        subject="Papers",
        text="Text",
        html="<p>HTML</p>",
        message_id=digest.message_id,
        date=digest.due_at,
    ).as_email()


def state_of(digest: Digest) -> str:
    digest.refresh_from_db()
    return digest.state


def wait_of(digest: Digest, now: datetime) -> timedelta:
    assert digest.next_attempt_at
    return digest.next_attempt_at - now


def test_what_the_server_takes_is_sent(sink: Sink, now: datetime, clock: Clock) -> None:
    digest = digest_to("a@example.com", now)

    assert deliver([digest], as_email, clock) == {"sent": 1}

    assert sink.recipients == ["a@example.com"]
    assert state_of(digest) == "sent"
    assert (digest.sent_at, digest.attempts, digest.owner) == (now, 1, "")


def test_a_refused_recipient_stops_nobody_else(sink: Sink, now: datetime, clock: Clock) -> None:
    sink.replies["gone@example.com"] = "550 5.1.1 no such user"
    gone, here = digest_to("gone@example.com", now), digest_to("here@example.com", now)

    deliver([gone, here], as_email, clock)

    assert (state_of(gone), state_of(here)) == ("refused", "sent")
    assert "550" in gone.reason


def test_try_later_is_deferred_with_a_time(sink: Sink, now: datetime, clock: Clock) -> None:
    sink.replies["busy@example.com"] = "450 4.2.1 busy"
    digest = digest_to("busy@example.com", now)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "deferred"
    assert timedelta(seconds=48) <= wait_of(digest, now) <= timedelta(seconds=72)


def test_each_attempt_waits_longer(sink: Sink, now: datetime, clock: Clock) -> None:
    sink.replies["busy@example.com"] = "450 4.2.1 busy"
    digest = digest_to("busy@example.com", now, attempts=3)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "deferred"
    assert timedelta(minutes=36) <= wait_of(digest, now) <= timedelta(minutes=54)


def test_the_sixth_attempt_is_the_last(sink: Sink, now: datetime, clock: Clock) -> None:
    sink.replies["busy@example.com"] = "450 4.2.1 busy"
    digest = digest_to("busy@example.com", now, attempts=5)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "failed"
    assert "450" in digest.reason


def test_it_is_not_tried_again_when_that_would_be_too_late(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["busy@example.com"] = "450 4.2.1 busy"
    digest = digest_to("busy@example.com", now, not_after=now + timedelta(seconds=40))

    deliver([digest], as_email, clock)

    assert state_of(digest) == "skipped"
    assert digest.reason.startswith("expired")


def test_a_policy_block_is_our_fault_and_refuses_no_reader(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["a@example.com"] = "550 5.7.1 blocked by policy"
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "deferred"


def test_a_reply_lost_after_the_bytes_left_is_unknown_and_the_rest_goes_on(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["a@example.com"] = HANG_UP
    lost, other = digest_to("a@example.com", now), digest_to("b@example.com", now)

    deliver([lost, other], as_email, clock)

    assert (state_of(lost), state_of(other)) == ("unknown", "sent")


def test_a_server_that_hangs_up_after_each_mail_makes_nothing_ambiguous(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.hangs_up_after_each = True
    digests = [digest_to(f"{name}@example.com", now) for name in "abcd"]

    assert deliver(digests, as_email, clock) == {"sent": 4}


def test_a_refused_sender_is_ours_to_mend_and_uses_up_no_attempt(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.sender_reply = "550 5.4.5 daily quota exceeded"
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "deferred"
    assert digest.attempts == 0


def test_no_server_means_later_and_nothing_lost(
    settings: Settings, now: datetime, clock: Clock
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    digests = [digest_to(f"{name}@example.com", now) for name in "abc"]

    assert deliver(digests, as_email, clock) == {"deferred": 3}


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

    Digest.objects.filter(pk=poison.pk).update(state="claimed", owner="test", attempts=2)
    poison.refresh_from_db()
    deliver([poison], compose, clock)
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
    assert (state_of(digest), digest.reason) == ("skipped", "suppressed")


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
    assert (state_of(digest), digest.reason) == ("skipped", "expired")


def test_who_lost_the_claim_sends_nothing_and_writes_nothing(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    digest = digest_to("a@example.com", now)
    Digest.objects.update(owner="another")

    assert deliver([digest], as_email, clock) == {}

    assert sink.taken == []
    assert state_of(digest) == "claimed"


def test_the_same_mail_is_the_same_to_the_byte(sink: Sink, now: datetime, clock: Clock) -> None:
    digest = digest_to("a@example.com", now)
    deliver([digest], as_email, clock)
    Digest.objects.update(state="claimed", owner="test")

    deliver([digest], as_email, clock)

    first, second = sink.taken
    assert first == second


@contextmanager
def postmark_stub(status: int, answer: dict[str, object]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "answer", "state"),
    [
        (200, {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": "a@example.com"}, "sent"),
        (429, {"ErrorCode": 429, "Message": "Too many"}, "deferred"),
        (500, {"ErrorCode": 500, "Message": "Sorry"}, "deferred"),
        (401, {"ErrorCode": 10, "Message": "Bad token"}, "deferred"),
        (413, {"ErrorCode": 413, "Message": "Too large"}, "refused"),
    ],
)
def test_a_providers_answer_over_http_becomes_a_state(
    settings: Settings,
    now: datetime,
    clock: Clock,
    status: int,
    answer: dict[str, object],
    state: str,
) -> None:
    with postmark_stub(status, answer) as url:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "x", "POSTMARK_API_URL": url}
        digest = digest_to("a@example.com", now)
        deliver([digest], as_email, clock)

    assert state_of(digest) == state


def test_every_mail_has_one_recipient(settings: Settings, now: datetime, clock: Clock) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver([digest_to(f"{name}@example.com", now) for name in "ab"], as_email, clock)

    assert [message.recipients() for message in mail.outbox] == [
        ["a@example.com"],
        ["b@example.com"],
    ]
