"""Delivery: what an SMTP server answers, or fails to, becomes a state."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from pytest_django import Settings

from subscriptions import events
from subscriptions.digests.delivery import deliver, sender
from subscriptions.digests.delivery.lanes import new_connection
from subscriptions.emails.message import FrozenEmail
from subscriptions.models import Breaker, Digest, Subscriber
from subscriptions.timing import Clock
from tests.certificates import certificate
from tests.provider import Behaviour, always
from tests.smtp import HANG_UP, Sink, smtp_sink
from tests.subscriptions.claimed import (
    as_email,
    digest_to,
    digests_to,
    state_of,
    states_of,
    wait_of,
)

pytestmark = pytest.mark.django_db
NEVER_HANDED_OVER = 5_000_000  # bytes: more than the network swallows unread


@pytest.fixture(autouse=True)
def impatient(settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 1


def test_a_refused_recipient_stops_nobody_else(sink: Sink, now: datetime, clock: Clock) -> None:
    sink.replies["gone@example.com"] = "550 5.1.1 no such user"
    gone, here = digest_to("gone@example.com", now), digest_to("here@example.com", now)

    deliver([gone, here], as_email, clock)

    assert (state_of(gone), state_of(here)) == ("refused", "sent")
    assert "550" in gone.reason
    assert "gone@example.com" not in gone.reason


def test_an_address_that_does_not_exist_is_never_mailed_again(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["gone@example.com"] = "550 5.1.1 no such user"
    deliver([digest_to("gone@example.com", now)], as_email, clock)

    events.process_waiting(now)

    assert Subscriber.objects.get().state == "suppressed"


def test_a_full_mailbox_refuses_the_mail_and_not_the_reader(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["full@example.com"] = "552 5.2.2 mailbox full"
    digest = digest_to("full@example.com", now)
    deliver([digest], as_email, clock)

    events.process_waiting(now)

    assert state_of(digest) == "refused"
    assert Subscriber.objects.get().state == "active"


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
    sink.replies["broken@example.com"] = "454 4.3.0 a fault of ours"
    digest = digest_to("broken@example.com", now, attempts=5)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "failed"
    assert "454" in digest.reason


def test_a_provider_that_is_busy_for_hours_ends_no_mail_before_it_is_too_old(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["busy@example.com"] = "450 4.2.1 busy"
    digest = digest_to("busy@example.com", now, attempts=8)

    deliver([digest], as_email, clock)

    assert (state_of(digest), digest.attempts) == ("deferred", 9)
    assert timedelta(hours=1.6) <= wait_of(digest, now) <= timedelta(hours=2.4)


def test_it_is_not_tried_again_when_that_would_be_too_late(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["busy@example.com"] = "450 4.2.1 busy"
    digest = digest_to("busy@example.com", now, not_after=now + timedelta(seconds=40))

    deliver([digest], as_email, clock)

    assert state_of(digest) == "skipped"
    assert digest.reason.startswith("expired")


@pytest.mark.parametrize(
    ("final_reply", "state"),
    [
        ("421 4.3.2 closing down", "deferred"),
        ("451 4.3.0 try later", "deferred"),
        ("452 4.3.1 disk full", "deferred"),
        ("454 4.7.0 not now", "deferred"),
        ("552 5.3.4 too large", "refused"),
        ("554 5.6.0 malformed", "refused"),
        ("554 5.7.1 looks like spam", "deferred"),
    ],
)
def test_its_answer_to_the_whole_mail_counts(
    sink: Sink, now: datetime, clock: Clock, final_reply: str, state: str
) -> None:
    sink.final_reply = final_reply
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert (state_of(digest), digest.attempts) == (state, 1)
    assert final_reply[:3] in digest.reason


def test_a_policy_block_is_our_fault_and_refuses_no_reader(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["a@example.com"] = "550 5.7.1 blocked by policy"
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "deferred"


# --- what every mail would meet ------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"sender_reply": "530 5.7.0 who are you"},
        {"sender_reply": "550 5.4.5 daily quota exceeded"},
        {"final_reply": "550 5.7.26 fails authentication by SPF and DKIM"},
        {"greeting": "554 no mail from your network"},
        {"password": "another"},
    ],
)
def test_a_refusal_of_us_all_stops_all_and_uses_up_no_attempt(
    sink: Sink, settings: Settings, now: datetime, clock: Clock, facts: dict[str, Any]
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "ours"
    for name, value in facts.items():
        setattr(sink, name, value)
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert (state_of(digest), digest.attempts) == ("deferred", 0)
    assert Breaker.objects.exists()
    assert sink.taken == []


def test_a_server_without_the_encryption_we_ask_for_is_ours_to_mend(
    sink: Sink, settings: Settings, now: datetime, clock: Clock
) -> None:
    settings.EMAIL_USE_TLS = True
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert (state_of(digest), digest.attempts) == ("deferred", 0)
    assert sink.taken == []


# --- no connection -------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "::1%no-such-interface"])
def test_no_server_or_no_such_name_means_later_and_nothing_lost(
    settings: Settings, now: datetime, clock: Clock, host: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, 1
    digests = digests_to(3, now)

    assert deliver(digests, as_email, clock) == {"deferred": 3}

    assert not Digest.objects.filter(may_have_left=True).exists()


def test_a_certificate_that_nobody_trusts_means_later(
    settings: Settings, now: datetime, clock: Clock
) -> None:
    with smtp_sink(tls=True) as sink:
        use(sink, settings)
        settings.EMAIL_USE_SSL = True
        digest = digest_to("a@example.com", now)
        deliver([digest], as_email, clock)

    assert (state_of(digest), digest.may_have_left) == ("deferred", False)
    assert sink.taken == []


# --- broken off ----------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"silent": True}, {"behaviour": Behaviour(hangs_before=1)}])
def test_a_server_that_falls_silent_before_the_mail_has_not_got_it(
    sink: Sink, now: datetime, clock: Clock, facts: dict[str, Any]
) -> None:
    for name, value in facts.items():
        setattr(sink, name, value)
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert (state_of(digest), digest.attempts, digest.may_have_left) == ("deferred", 1, False)


def test_a_connection_that_breaks_in_the_middle_of_a_mail_has_left_nothing(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.behaviour = Behaviour(drops_before=1)
    digest = digest_to("a@example.com", now)

    def compose(digest: Digest) -> FrozenEmail:
        email = as_email(digest)
        email.body = "Papers\n" * (NEVER_HANDED_OVER // 7)
        return email

    deliver([digest], compose, clock)

    assert (state_of(digest), digest.may_have_left) == ("deferred", False)


@pytest.mark.parametrize("fate", ["drops_after", "hangs_after", "unreadable"])
def test_a_reply_lost_after_the_end_of_a_mail_is_unknown_and_the_rest_goes_on(
    sink: Sink, now: datetime, clock: Clock, fate: str
) -> None:
    sink.behaviour = always(fate)
    lost, other = digest_to("a@example.com", now), digest_to("b@example.com", now)

    def compose(digest: Digest) -> FrozenEmail:
        if digest == other:
            sink.behaviour = Behaviour()
        return as_email(digest)

    deliver([lost, other], compose, clock)

    assert (state_of(lost), state_of(other)) == ("unknown", "sent")
    assert (lost.may_have_left, lost.attempts, lost.unanswered_at) == (True, 1, now)


def test_a_server_that_hangs_up_after_each_mail_makes_nothing_ambiguous(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.hangs_up_after_each = True

    assert deliver(digests_to(4, now), as_email, clock) == {"sent": 4}


def test_all_mails_of_a_claim_go_over_one_connection(
    sink: Sink, now: datetime, clock: Clock
) -> None:
    sink.replies["reader-2@example.com"] = "550 5.1.1 no such user"

    deliver(digests_to(6, now), as_email, clock)

    assert len(sink.taken) == 5
    assert sink.used == 1


def test_a_connection_outlasts_a_claim(sink: Sink, now: datetime, clock: Clock) -> None:
    first, second = digests_to(2, now)

    with sender(clock) as sends:
        sends.begin([first], as_email)
        sends.begin([second], as_email)

    assert states_of([first, second]) == ["sent", "sent"]
    assert sink.used == 1


def test_a_connection_opened_long_before_its_first_mail_has_all_its_time(
    sink: Sink, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = new_connection()
    backend.open()
    later = monotonic() + 100
    monkeypatch.setattr("subscriptions.digests.delivery.smtp.monotonic", lambda: later)
    sink.behaviour = Behaviour(latency=0.4)  # longer than is left to who is late

    with closing(backend):
        assert backend.send_messages([as_email(digest_to("a@example.com", now))]) == 1


@pytest.mark.parametrize(("limit", "connections"), [(("MAILS", 3), 3), (("IDLE", 0), 7)])
def test_a_connection_is_made_anew_after_many_mails_and_after_a_rest(
    limit: tuple[str, int],
    connections: int,
    sink: Sink,
    now: datetime,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, value = limit
    monkeypatch.setattr(f"subscriptions.digests.delivery.lanes.{name}", value)

    deliver(digests_to(7, now), as_email, clock)

    assert len(sink.taken) == 7
    assert sink.used == connections


# --- encrypted -----------------------------------------------------------------------------------


def use(sink: Sink, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The certificate of the sink is one that this machine trusts."""
    file = tmp_path / "localhost.pem"
    file.write_bytes(certificate("localhost"))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("server", "setting"), [({"starttls": True}, "EMAIL_USE_TLS"), ({"tls": True}, "EMAIL_USE_SSL")]
)
def test_encrypted_it_is_known_just_as_well_what_was_handed_over(
    settings: Settings,
    now: datetime,
    clock: Clock,
    server: dict[str, bool],
    setting: str,
) -> None:
    setattr(settings, setting, True)
    with smtp_sink(**server) as sink:
        use(sink, settings)
        sink.replies["reader-1@example.com"] = HANG_UP
        sink.replies["reader-2@example.com"] = "450 4.2.1 busy"
        digests = digests_to(4, now)
        deliver(digests, as_email, clock)

    assert states_of(digests) == ["sent", "unknown", "deferred", "sent"]
