"""Delivery: what a provider answers over HTTP, or fails to, becomes a state."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import Settings
from requests import Session

from subscriptions import events
from subscriptions.digests.delivery import deliver, http
from subscriptions.models import Breaker, Digest, Subscriber
from subscriptions.timing import Clock
from tests.provider import Provider
from tests.subscriptions.claimed import (
    as_email,
    digest_to,
    digests_to,
    send_by,
    state_of,
    states_of,
    wait_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_http(provider: Provider, settings: Settings) -> None:
    send_by(provider, "postmark", settings)


def sent_to(address: str, settings: Settings, now: datetime, clock: Clock) -> Digest:
    """After one attempt at a provider that is to be found there."""
    settings.ANYMAIL = settings.ANYMAIL | {"POSTMARK_API_URL": address}
    digest = digest_to("a@example.com", now)
    deliver([digest], as_email, clock)
    digest.refresh_from_db()
    return digest


@pytest.mark.parametrize("name", ["resend", "brevo", "postmark"])
def test_what_the_provider_takes_is_sent(
    provider: Provider, settings: Settings, now: datetime, clock: Clock, name: str
) -> None:
    send_by(provider, name, settings)
    digests = digests_to(3, now)

    assert deliver(digests, as_email, clock) == {"sent": 3}

    assert [mail.recipient for mail in provider.accepted] == [d.subscriber.email for d in digests]
    assert [mail.message_id for mail in provider.accepted] == [d.message_id for d in digests]


@pytest.mark.parametrize(
    ("status", "state", "attempts"),
    [
        *((status, "deferred", 1) for status in (408, 409, 425, 429, 500, 501, 503)),
        *((status, "deferred", 0) for status in (401, 402, 403, 404, 405, 410)),
        *((status, "refused", 1) for status in (400, 406, 413, 415, 422)),
        *((status, "unknown", 1) for status in (502, 504, 520)),
        *((status, "deferred", 1) for status in (304, 418)),
    ],
)
def test_each_status_means_one_thing(
    provider: Provider, now: datetime, clock: Clock, status: int, state: str, attempts: int
) -> None:
    provider.behave(status=status, text='{"ErrorCode": 1, "Message": "No"}')
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert (state_of(digest), digest.attempts) == (state, attempts)
    assert digest.may_have_left == (state == "unknown")
    assert str(status) in digest.reason


def test_a_refusal_of_us_all_stops_all(provider: Provider, now: datetime, clock: Clock) -> None:
    provider.behave(status=401, text="{}")
    digests = digests_to(5, now)

    deliver(digests, as_email, clock)

    assert Breaker.objects.exists()
    assert len(provider.calls) == 1
    assert set(states_of(digests)) == {"deferred", "ready"}
    assert not Digest.objects.exclude(attempts=0).exists()


@pytest.mark.parametrize("told", ["600", "date"])
@pytest.mark.parametrize("fate", [{"throttled": 1}, {"status": 503, "text": "{}"}])
def test_the_time_that_a_provider_asks_for_is_given(
    provider: Provider, now: datetime, clock: Clock, told: str, fate: dict[str, Any]
) -> None:
    until = datetime.now(UTC) + timedelta(minutes=10)
    asked = format_datetime(until, usegmt=True) if told == "date" else told
    provider.behave(retry_after=asked, **fate)
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "deferred"
    assert timedelta(minutes=9) < wait_of(digest, now) <= timedelta(minutes=10)


@pytest.mark.parametrize("told", ["", "soon", "-5", "0", "Fri, 20 Nov 2020 09:00:00 GMT"])
def test_a_time_that_makes_no_sense_is_ours_to_choose(
    provider: Provider, now: datetime, clock: Clock, told: str
) -> None:
    provider.behave(throttled=1, retry_after=told)
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "deferred"
    assert timedelta(seconds=48) <= wait_of(digest, now) <= timedelta(seconds=72)


@pytest.mark.parametrize(
    "fate", ["drops_before", "drops_after", "hangs_before", "hangs_after", "gateway", "unreadable"]
)
def test_without_an_answer_nobody_knows_and_the_rest_goes_on(
    provider: Provider, now: datetime, clock: Clock, fate: str
) -> None:
    provider.behave(**{fate: 1})
    lost, other = digest_to("a@example.com", now), digest_to("b@example.com", now)

    def compose(digest: Digest) -> Any:
        if digest == other:
            provider.behave()
        return as_email(digest)

    deliver([lost, other], compose, clock)

    assert (state_of(lost), state_of(other)) == ("unknown", "sent")
    assert (lost.may_have_left, lost.attempts, lost.unanswered_at) == (True, 1, now)


# --- the address, not the mail -------------------------------------------------------------------


def test_an_address_on_the_providers_own_list_is_on_ours_too(
    provider: Provider, now: datetime, clock: Clock
) -> None:
    provider.behave(suppressed_addresses=("a@example.com",))
    digest, other = digest_to("a@example.com", now), digest_to("b@example.com", now)
    deliver([digest, other], as_email, clock)

    events.process_waiting(now)

    assert (state_of(digest), state_of(other)) == ("refused", "sent")
    assert Subscriber.objects.get(email="a@example.com").state == "suppressed"


def test_an_address_that_the_provider_calls_invalid_is_never_mailed_again(
    provider: Provider, now: datetime, clock: Clock
) -> None:
    text = '{"ErrorCode": 300, "Message": "Invalid \'To\' address: \'a@example.com\'."}'
    provider.behave(status=422, text=text)
    digest = digest_to("a@example.com", now)
    deliver([digest], as_email, clock)

    events.process_waiting(now)

    assert state_of(digest) == "refused"
    assert "a@example.com" not in digest.reason
    assert Subscriber.objects.get().state == "suppressed"


def test_an_answer_that_does_not_say_whether_it_took_the_mail_is_no_yes(
    provider: Provider, now: datetime, clock: Clock
) -> None:
    provider.behave(status=422, text='{"ErrorCode": 406, "Message": "Inactive"}')
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert state_of(digest) == "unknown"


# --- no request ----------------------------------------------------------------------------------


@contextmanager
def full_server() -> Iterator[str]:
    """It listens, and has no room for one more connection."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_no_room_for_a_connection_means_later(
    settings: Settings, now: datetime, clock: Clock
) -> None:
    with full_server() as address:
        digest = sent_to(address, settings, now, clock)

    assert (digest.state, digest.attempts, digest.may_have_left) == ("deferred", 1, False)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/", "http://[::1%25no-such-interface]/"],
    ids=["nobody there", "no such name"],
)
def test_without_a_connection_nothing_has_left(
    settings: Settings, now: datetime, clock: Clock, address: str
) -> None:
    digest = sent_to(address, settings, now, clock)

    assert (digest.state, digest.attempts, digest.may_have_left) == ("deferred", 1, False)


def test_without_encryption_nothing_has_left(
    provider: Provider, settings: Settings, now: datetime, clock: Clock
) -> None:
    digest = sent_to(provider.url.replace("http:", "https:"), settings, now, clock)

    assert (digest.state, digest.attempts, digest.may_have_left) == ("deferred", 1, False)


@pytest.mark.parametrize("address", ["no address/", "http:///", "ftp://127.0.0.1/"])
def test_an_address_that_is_none_is_ours_to_mend(
    settings: Settings, now: datetime, clock: Clock, address: str
) -> None:
    digest = sent_to(address, settings, now, clock)

    assert (digest.state, digest.attempts) == ("deferred", 0)


def test_a_provider_that_has_moved_is_not_followed(
    provider: Provider, settings: Settings, now: datetime, clock: Clock
) -> None:
    provider.behave(status=301, location=f"{provider.url}email")
    digest = digest_to("a@example.com", now)

    deliver([digest], as_email, clock)

    assert (state_of(digest), digest.attempts) == ("deferred", 0)
    assert len(provider.calls) == 1
    assert provider.accepted == []


# --- the environment -----------------------------------------------------------------------------


def test_proxies_and_certificates_are_read_once_for_each_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ours.pem")
    monkeypatch.setenv("NO_PROXY", "near.example")
    far, near = (connection_to(f"https://{host}/") for host in ("far.example", "near.example"))
    for one in (far, near):
        http.watch(one)

    monkeypatch.setenv("HTTPS_PROXY", "http://another.example:3128")

    assert settled(far, "https://far.example/mail") == (
        "http://proxy.example:3128",
        "/etc/ours.pem",
    )
    assert settled(near, "https://near.example/mail") == (None, "/etc/ours.pem")


def connection_to(url: str) -> SimpleNamespace:
    return SimpleNamespace(session=Session(), api_url=url)


def settled(connection: SimpleNamespace, url: str) -> tuple[str | None, str]:
    """The proxy and the certificates of a request there, as requests decides it for each."""
    told = connection.session.merge_environment_settings(url, {}, None, None, None)
    return told["proxies"].get("https"), told["verify"]
