"""Row 34: two weeks of readers who come and go, and of whatever may fail, failing."""

import gc
import os
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from django.utils import timezone
from pytest_django import Settings

from papers.models import Edition
from seeds.subscribers import add_subscribers
from subscriptions import events, leaving, pausing
from subscriptions.equation import equation
from subscriptions.models import Digest, Notice, ProviderEvent, Subscriber
from subscriptions.models.states import HANDED_OVER
from subscriptions.tick import tick
from subscriptions.timing import DAY
from tests.factories import PaperFactory
from tests.faults.matrix import Drill
from tests.faults.moody import Crash, MoodyBackend
from tests.subscriptions.conftest import no_pool_kept

__all__ = ["no_pool_kept"]  # a fixture
pytestmark = [pytest.mark.django_db, pytest.mark.row(34)]
HOUR = timedelta(hours=1)
MEGABYTE = 2**20
STEADY = 60 * MEGABYTE  # what a process may grow by once it is warm
KINDS = ["delivered"] * 40 + ["deferred", "soft_bounce", "hard_bounce", "blocked", "complained"]
KEPT = 5  # days that provider events are kept


def papers_of(now: datetime, chance: Random) -> None:
    for _ in range(15):
        PaperFactory.create(first_seen_at=now, trending=chance.random() * 100)


def live_an_hour(now: datetime) -> None:
    """A tick, and again where the process crashes, once the leases of the dead one have ended."""
    while True:
        with suppress(Crash):
            tick(lambda: now)
            return
        for model in (Digest, Notice):
            owned = model.objects.exclude(lease_until=None)
            owned.update(lease_until=timezone.now() - DAY)


def readers_act(now: datetime, chance: Random) -> None:
    for reader in chance.sample(list(Subscriber.objects.order_by("pk")), 4):
        match chance.randrange(4):
            case 0:
                pausing.pause(reader, pausing.first_day(reader, now) + 2 * DAY, now)
            case 1:
                leaving.unsubscribe(reader, now)
            case _ if reader.state == Subscriber.State.UNSUBSCRIBED:
                leaving.undo(reader, now)


def provider_tells(now: datetime, chance: Random) -> None:
    """Of what left within the hour; some of it twice, some of nobody's mail."""
    left = Digest.objects.filter(sent_at__gt=now - HOUR).select_related("subscriber")
    for digest in left.iterator():
        facts = {"message_id": digest.message_id, "address": digest.subscriber.email}
        told = events.Facts("Postmark", chance.choice(KINDS), now, **facts)
        for _ in range(chance.choice([1, 1, 2])):
            events.store(told)
    events.store(events.Facts("Postmark", "complained", now, message_id=f"<{now}@else.test>"))
    # the database's own clock does not know of the time that passes here
    ProviderEvent.objects.filter(received_at__gt=timezone.now() - HOUR).update(received_at=now)


def memory() -> int:
    """In bytes, of this process, as the system sees it."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def lost() -> int:
    """Due, and neither mailed nor explained."""
    mailed = {message_id for message_id, _ in MoodyBackend.taken}
    said = Digest.objects.filter(state__in=HANDED_OVER).values_list("message_id", flat=True)
    return len(set(said) - mailed) + equation(Digest.objects.all()).unexplained


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux: memory is read")
def test_two_weeks_of_faults_lose_nothing_and_leave_nothing_behind(
    drill: Drill, settings: Settings
) -> None:
    readers, days = drill.trials(short=30, long=20_000), drill.trials(short=4, long=14)
    settings.EMAIL_BACKEND = "tests.faults.moody.MoodyBackend"
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "provider_events": KEPT}
    MoodyBackend.taken.clear()
    MoodyBackend.doubts, MoodyBackend.chance = 0, Random(34)  # noqa: S311  # repeatable
    chance, start, sizes, told = Random(34), timezone.now(), [], []  # noqa: S311  # repeatable
    add_subscribers(readers, start)

    for day in range(days):
        papers_of(start + day * DAY, chance)
        hour = 0
        while hour < 24:
            now = start + day * DAY + hour * HOUR
            live_an_hour(now)
            provider_tells(now, chance)
            readers_act(now, chance)
            Edition.objects.filter(held=True).update(held=False)  # an operator has looked at it
            hour += chance.choice([1, 1, 1, 1, 3])  # a machine asleep for a while
        sizes.append(memory())
        told.append(ProviderEvent.objects.count())

    copies = Counter(MoodyBackend.taken.values())
    twice = sum((count - 1) * number for count, number in copies.items())
    total = equation(Digest.objects.all())
    grown = (sizes[-1] - sizes[len(sizes) // 2]) // MEGABYTE
    drill.told(
        trials=total.due,
        lost=lost(),
        duplicated=twice,
        note=f"{days} days, {readers} readers: {MoodyBackend.doubts} doubts, {grown} MB more",
    )
    assert total.due > readers
    assert lost() == 0
    assert twice <= MoodyBackend.doubts
    assert grown * MEGABYTE < STEADY
    assert told[-1] <= 3 * readers * (KEPT + 1)
