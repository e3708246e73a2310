"""No tick for hours or days: one digest, today's, while it is fresh; the others end as expired."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from pytest_django import Settings

from subscriptions.models import Digest, Subscriber
from subscriptions.tick import tick
from tests.factories import PaperFactory, SubscriberFactory
from tests.faults.matrix import Drill
from tests.smtp import Sink, smtp_sink

pytestmark = [pytest.mark.row(13), pytest.mark.django_db]

LAST_TICK = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
HOUR, DAY, FRESH = timedelta(hours=1), timedelta(days=1), timedelta(hours=12)
ZONES = {"Etc/GMT-9": 9, "Etc/GMT": 0, "Etc/GMT+5": -5}  # hours ahead of UTC; the names say minus


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink


def readers(count: int) -> dict[str, list[datetime]]:
    """At every hour of several zones; by address, when each is due in the week to come."""
    return dict(_reader(number, list(ZONES)[number // 24 % len(ZONES)]) for number in range(count))


def _reader(number: int, zone: str) -> tuple[str, list[datetime]]:
    midnight = datetime.combine(LAST_TICK.date() - DAY, time(), UTC)
    first = midnight + (number % 24 - ZONES[zone]) * HOUR
    due = [slot for day in range(9) if (slot := first + day * DAY) > LAST_TICK]
    reader = SubscriberFactory.create(
        timezone=zone,
        send_hour=number % 24,
        paper_count=3,
        next_send_at=due[0],
    )
    return reader.email, due


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.mark.parametrize("away", [3 * HOUR, 3 * DAY], ids=["hours", "days"])
def test_one_digest_todays_and_the_rest_is_told(away: timedelta, sink: Sink, drill: Drill) -> None:
    PaperFactory.create_batch(12, first_seen_at=LAST_TICK - HOUR)
    promised = readers(drill.trials(short=24, long=240))
    tick(at(LAST_TICK))
    back = LAST_TICK + away

    tick(at(back))
    tick(at(back))

    received = Counter(sink.recipients())
    missed = {reader: [slot for slot in due if slot <= back] for reader, due in promised.items()}
    fresh = {reader for reader, due in missed.items() if due and due[-1] + FRESH > back}
    told = Counter(Digest.objects.values_list("state", "reason"))
    rows = sum(map(len, missed.values()))
    drill.told(
        trials=len(promised),
        lost=rows - sum(told.values()) + len(fresh - set(received)),
        duplicated=received.total() - len(received),
        note=f"away {away}: {rows} due, {len(fresh)} still fresh",
    )
    assert received == Counter(fresh)
    assert told == +Counter({("sent", ""): len(fresh), ("skipped", "expired"): rows - len(fresh)})


def test_the_day_after_all_goes_on_as_promised(sink: Sink, drill: Drill) -> None:
    PaperFactory.create_batch(12, first_seen_at=LAST_TICK - HOUR)
    promised = readers(24)
    back = LAST_TICK + 3 * DAY
    tick(at(back))
    before = Counter(sink.recipients())

    for hours in range(1, 25):
        tick(at(back + hours * HOUR))

    received = Counter(sink.recipients()) - before
    drill.told(trials=len(promised), lost=len(promised) - len(received))
    assert received == Counter(list(promised))
    assert all(
        reader.next_send_at and reader.next_send_at > back + DAY
        for reader in Subscriber.objects.all()
    )
