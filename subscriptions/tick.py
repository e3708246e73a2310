"""The tick: what should exist by now and does not? Two at once, or a missed night, are harmless."""

from collections import Counter
from datetime import datetime

from papers import editions
from subscriptions import fence
from subscriptions.digests import pipeline
from subscriptions.digests.recovery import recover
from subscriptions.models import Digest, Subscriber, Tick
from subscriptions.notices import send_notices
from subscriptions.timing import Clock
from subscriptions.upkeep import upkeep


def tick(clock: Clock, until: datetime | None = None) -> Counter[str]:
    """One look at the clock, with all the work that follows done in place."""
    fence.keep(clock())
    editions.tend(clock())
    upkeep(clock())
    ended = send_notices(clock, until) + pipeline.run(clock, until)
    Tick.record(clock())
    return ended


def work_waiting(now: datetime) -> int:
    """Frees what a killed worker left; how many subscribers and digests then wait for one."""
    recover(Digest.objects.all(), now)
    due = Subscriber.objects.due(now).count()
    return due + Digest.objects.open(now).count()
