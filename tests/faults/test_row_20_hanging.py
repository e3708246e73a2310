"""Row 20: the provider hangs without a byte: the worker is free in time, and the rest goes on.

A worker waits EMAIL_TIMEOUT for one mail, 30 s at most; here a second, so that nobody waits long.
"""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from subscriptions.digests.delivery import deliver
from subscriptions.models import Digest
from tests.faults.crew import crew
from tests.faults.matrix import Drill
from tests.provider import Behaviour, provider_stub
from tests.smtp import smtp_sink
from tests.subscriptions.claimed import as_email, digest_to

pytestmark = pytest.mark.row(20)
TIMEOUT = 1
FREE_WITHIN = TIMEOUT + 5
TRIED = "SELECT count(*) FROM subscriptions_digest WHERE state IN ('sent', 'deferred')"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@contextmanager
def smtp(settings: Settings, **facts: Any) -> Iterator[None]:
    with smtp_sink() as sink:
        sink.silent = facts.pop("silent", False)
        sink.behaviour = Behaviour(**facts)
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = SMTP, sink.port
        yield


@contextmanager
def resend(settings: Settings, url: str) -> Iterator[None]:
    settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"
    told = {"RESEND_API_KEY": "x", "RESEND_API_URL": url}
    settings.ANYMAIL = {**told, "REQUESTS_TIMEOUT": TIMEOUT}
    yield


@contextmanager
def http(settings: Settings, **facts: Any) -> Iterator[None]:
    with provider_stub(**facts) as stub, resend(settings, stub.url):
        yield


@contextmanager
def nobody_accepts(settings: Settings) -> Iterator[None]:
    """The machine is there, but what listens on it takes no connection any more."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, socket.socket() as first:
        first.connect(server.getsockname())  # the queue is full
        with resend(settings, f"http://127.0.0.1:{server.getsockname()[1]}/"):
            yield


# What the ledger says of the mail: may it have left?
HANGS: dict[str, tuple[Callable[[Settings], Any], str]] = {
    "SMTP, before the greeting": (lambda settings: smtp(settings, silent=True), "deferred"),
    "SMTP, after the recipient": (lambda settings: smtp(settings, hangs_before=1), "deferred"),
    "SMTP, after the mail's end": (lambda settings: smtp(settings, hangs_after=1), "unknown"),
    "HTTP, before a connection": (nobody_accepts, "deferred"),
    "HTTP, after the request": (lambda settings: http(settings, hangs_before=1), "unknown"),
}


@pytest.fixture(autouse=True)
def impatient(settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = TIMEOUT
    settings.EMAIL_HOST = "127.0.0.1"


@pytest.mark.django_db
@pytest.mark.parametrize("where", HANGS)
def test_a_worker_is_free_in_time_and_gives_the_rest_to_others(
    where: str, settings: Settings, drill: Drill
) -> None:
    hanging, state = HANGS[where]
    now = timezone.now()
    digests = [digest_to(f"reader{number}@example.com", now) for number in range(3)]
    with hanging(settings):
        began = monotonic()
        deliver(digests, as_email, timezone.now, until=timezone.now() + timedelta(seconds=0.5))
        took = monotonic() - began

    drill.told(trials=1, note=f"{where}: free after {took:.1f} s with a timeout of {TIMEOUT} s")
    found = Digest.objects.order_by("pk").values_list("state", "attempts")
    assert list(found) == [(state, 1), ("ready", 0), ("ready", 0)]
    assert took < FREE_WITHIN


@pytest.mark.django_db
def test_who_falls_silent_between_two_mails_costs_one_timeout(settings: Settings) -> None:
    now = timezone.now()
    digests = [digest_to(f"reader{number}@example.com", now) for number in range(2)]
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = SMTP, sink.port

        def second_meets_silence(digest: Digest) -> Any:
            sink.silent = digest == digests[1]
            return as_email(digest)

        began = monotonic()
        assert deliver(digests, second_meets_silence, timezone.now) == {"sent": 1, "deferred": 1}
        took = monotonic() - began

    assert took < FREE_WITHIN


@pytest.mark.django_db(transaction=True)
def test_while_one_connection_hangs_the_others_carry_on(settings: Settings) -> None:
    settings.EMAIL_CONNECTIONS = 4
    now = timezone.now()
    digests = [digest_to(f"reader{number}@example.com", now) for number in range(40)]
    with smtp_sink() as sink:
        sink.behaviour = Behaviour(hangs_before=0.1)
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = SMTP, sink.port

        began = monotonic()
        ended = deliver(digests, as_email, timezone.now)
        took = monotonic() - began

    assert ended["deferred"]
    assert ended == Counter(sent=len(sink.taken), deferred=40 - len(sink.taken))
    assert took < ended["deferred"] * TIMEOUT + FREE_WITHIN


@pytest.mark.postgresql
def test_four_workers_lose_nobody_to_a_provider_that_hangs_now_and_then(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers = drill.trials(short=60, long=2_000)
    with crew(tmp_path, broker_url, readers, chance) as here, here.at_work():
        sink = here.installation.sink
        sink.behaviour = Behaviour(hangs_before=0.05)
        here.work_until(lambda: here.ledger.ask(TRIED) == [(readers,)])
        hung = readers - len(sink.taken)

        sink.behaviour = Behaviour()
        here.ledger.change("UPDATE subscriptions_digest SET next_attempt_at = now()")
        here.settle()
        cost = here.toll()

    note = f"of {readers} mails {hung} met silence at first"
    drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated, note=note)
    assert (cost.lost, cost.duplicated, cost.unexplained) == (0, 0, 0)
