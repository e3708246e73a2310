"""Row 17: throttled for twenty minutes, and a rate that four processes keep together.

The twenty minutes pass on a simulated clock; who throttles is real. The rate is measured at the
sink, in real time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import linear_regression
from typing import Any

import pytest
from pytest_django import Settings

from subscriptions import rates
from subscriptions.digests import pipeline
from subscriptions.models import Digest
from tests.factories import DigestFactory, EditionFactory, SubscriberFactory
from tests.faults.crew import PATIENT, crew
from tests.faults.matrix import Drill
from tests.provider import Behaviour, provider_stub
from tests.simulated_time import SimulatedTime
from tests.smtp import smtp_sink

pytestmark = pytest.mark.row(17)
NOW = datetime.fromisoformat("2026-11-20T09:00:00+00:00")
MINUTE = timedelta(minutes=1)
WORKING_TIME = timedelta(seconds=12)
TWENTY = 20
LONGEST = 180  # minutes that the drill may take
RETRY_AFTER = timedelta(seconds=150)


@dataclass(frozen=True, slots=True)
class Throttling:
    """A provider that takes nothing until it relents."""

    relent: Callable[[], Any]
    attempts: Callable[[], int]
    received: Callable[[], list[str]]
    asks_to_wait: timedelta = timedelta()


@contextmanager
def by_smtp(settings: Settings, reply: str) -> Iterator[Throttling]:
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        if reply.startswith("421"):
            sink.behaviour = Behaviour(throttled=1)
        else:
            emails = Digest.objects.values_list("subscriber__email", flat=True)
            sink.replies |= dict.fromkeys(emails, reply)

        def relent() -> None:
            sink.behaviour = Behaviour()
            sink.replies.clear()

        yield Throttling(relent, lambda: len(sink.begun), sink.recipients)


@contextmanager
def by_http(settings: Settings, retry_after: timedelta) -> Iterator[Throttling]:
    told = f"{retry_after.total_seconds():.0f}" if retry_after else ""
    with provider_stub(throttled=1, retry_after=told) as stub:
        settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"
        settings.ANYMAIL = {"RESEND_API_KEY": "x", "RESEND_API_URL": stub.url}
        yield Throttling(
            stub.behave, lambda: len(stub.calls), lambda: stub.recipients, asks_to_wait=retry_after
        )


THROTTLES: dict[str, Callable[[Settings], Any]] = {
    "421": lambda settings: by_smtp(settings, "421 4.7.0 slow down"),
    "450": lambda settings: by_smtp(settings, "450 4.2.1 not so fast"),
    "429": lambda settings: by_http(settings, timedelta()),
    "429 with Retry-After": lambda settings: by_http(settings, RETRY_AFTER),
}


def readers(count: int) -> list[str]:
    """Each has a digest that may leave now."""
    edition = EditionFactory.create(date=NOW.date(), frozen_at=NOW)
    emails = [f"reader{number}@example.com" for number in range(count)]
    for email in emails:
        DigestFactory.create(
            subscriber=SubscriberFactory.create(email=email, next_send_at=NOW + 1000 * MINUTE),
            edition=edition,
            state="ready",
            due_at=NOW,
            not_after=NOW + timedelta(hours=12),
            message_id=f"<{email}>",
            frozen={"timezone": "UTC", "next_send_at": NOW.isoformat()},
        )
    return emails


def earliest() -> dict[int, datetime]:
    """Before which moment each digest must not be tried."""
    return dict(Digest.objects.filter(state="deferred").values_list("pk", "next_attempt_at"))


def tried_early(allowed: dict[int, datetime], since: datetime) -> int:
    tried = Digest.objects.filter(sending_at__gt=since).values_list("pk", "sending_at")
    return sum(moment < allowed[pk] for pk, moment in tried if moment and pk in allowed)


@pytest.mark.django_db
@pytest.mark.parametrize("how", THROTTLES)
def test_twenty_minutes_of_throttling_lose_nobody_and_nothing_is_tried_early(
    how: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, drill: Drill
) -> None:
    emails = readers(drill.trials(short=10, long=300))
    time = SimulatedTime(NOW)
    time.rule(monkeypatch)
    early, minutes = 0, 0
    with THROTTLES[how](settings) as provider:
        while Digest.objects.exclude(state="sent").exists() and minutes < LONGEST:
            allowed, since, before = earliest(), time.now, provider.attempts()
            pipeline.run(time, until=time.now + WORKING_TIME)
            early += tried_early(allowed, since)
            if provider.asks_to_wait and before and minutes < TWENTY:
                # one finds out that it lasts, and nobody else asks before that moment
                assert provider.attempts() - before <= 1
            minutes += 1
            time.now = NOW + minutes * MINUTE
            if minutes == TWENTY:
                assert provider.received() == []
                provider.relent()
        received = provider.received()

    lost, twice = len(set(emails) - set(received)), len(received) - len(set(received))
    drill.told(trials=1, lost=lost, duplicated=twice, note=f"{how}: all sent in {minutes} minutes")
    assert (lost, twice, early) == (0, 0, 0)
    assert minutes > TWENTY


@pytest.mark.django_db
def test_after_the_throttling_mail_flows_as_fast_as_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers(30)
    time = SimulatedTime(NOW)
    time.rule(monkeypatch)
    settings.EMAIL_RATE = 10.0
    with by_smtp(settings, "421 4.7.0 slow down") as provider:
        pipeline.run(time, until=time.now + WORKING_TIME)
        slowed = [pace.rate for pace in rates.told(time.now)]
        provider.relent()

    assert slowed == pytest.approx([1.0], rel=0.2)
    assert [pace.rate for pace in rates.told(time.now + 5 * MINUTE)] == [10.0]


@pytest.mark.postgresql
def test_four_processes_together_keep_the_rate_within_five_per_cent(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    rate = drill.trials(short=10, long=40)
    count = 10 * rate
    variables = {**PATIENT, "EMAIL_RATE": str(rate)}
    with crew(tmp_path, broker_url, count, chance, **variables) as here, here.at_work():
        here.wake()
        here.settle()
        cost, times = here.toll(), here.installation.sink.times

    # after the first second's worth, which may leave at once
    measured = 1 / linear_regression(range(count - rate), times[rate:]).slope
    drill.told(
        trials=1,
        lost=cost.lost,
        duplicated=cost.duplicated,
        note=f"EMAIL_RATE={rate}: {measured:.2f} a second measured",
    )
    assert (cost.lost, cost.duplicated) == (0, 0)
    assert measured == pytest.approx(rate, rel=0.05)
