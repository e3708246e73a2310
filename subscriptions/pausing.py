"""Pausing: no digest until a day that the reader names, and the best of what was missed after it.

The end is kept as the instant at which that local day began when it was chosen: another hour or
zone moves the digest, never the pause. Unsubscribing and coming back keep it as well.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from subscriptions import preferences, withdrawing
from subscriptions.models import Subscriber
from subscriptions.timing import DAY, send_instant

State = Subscriber.State
INSTANT = timedelta(microseconds=1)


def first_day(subscriber: Subscriber, now: datetime) -> date:
    """The local day that a pause begins with: today, unless its hour has come."""
    today = now.astimezone(subscriber.zone).date()
    over = send_instant(today, subscriber.send_hour, subscriber.zone) <= now
    return today + DAY if over else today


def _month_after(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# For how long, and the day of the first digest after it.
LENGTHS: dict[str, Callable[[date], date]] = {
    "day": lambda first: first + DAY,
    "week": lambda first: first + 7 * DAY,
    "month": _month_after,
}


def end(length: str, subscriber: Subscriber, now: datetime) -> date:
    """The day on which a pause of that length would be over."""
    return LENGTHS[length](first_day(subscriber, now))


@transaction.atomic
def pause(subscriber: Subscriber, until: date, now: datetime) -> bool:
    """No digest before that local day; a second time moves the end. False: there are none to stop.

    What was missed counts from the first of them.
    """
    here = Subscriber.objects.filter(pk=subscriber.pk, state__in=[State.ACTIVE, State.PAUSED])
    withdrawing.take_back(here)
    paused = here.update(
        state=State.PAUSED,
        paused_until=send_instant(until, 0, subscriber.zone),
        missed_since=Coalesce("missed_since", Value(now)),
    )
    return paused == 1


def resume(subscriber: Subscriber, now: datetime) -> bool:
    """Digests again from now on; False when nothing was paused."""
    return _resume(subscriber, preferences.next_digest_at(subscriber, now))


def resume_due(now: datetime) -> int:
    """End every pause that is over; how many. Killed half-way or done twice is harmless."""
    resumed = 0
    while chunk := _chunk_over(now):
        resumed += chunk
    return resumed


def first_digest_after(until: datetime, subscriber: Subscriber) -> datetime:
    """When the first digest after a pause that ends at that instant is due."""
    # a digest of midnight is due at the very end
    return subscriber.next_send_after(until - INSTANT)


@transaction.atomic
def _chunk_over(now: datetime) -> int:
    over = Subscriber.objects.filter(state=State.PAUSED, paused_until__lte=now)
    rows = over.order_by("paused_until", "pk").select_for_update(skip_locked=True, of=("self",))
    # From its own end, not from now: a tick that comes late skips nobody's digest.
    return sum(
        _resume(row, preferences.next_digest_at(row, (row.paused_until or now) - INSTANT))
        for row in rows[: settings.DIGEST_CHUNK_SIZE]
    )


def _resume(subscriber: Subscriber, next_send_at: datetime) -> bool:
    paused = Subscriber.objects.filter(pk=subscriber.pk, state=State.PAUSED)
    since = subscriber.missed_since
    if since and preferences.next_digest_at(subscriber, since) >= next_send_at:
        since = None  # no digest was left out
    active = {"state": State.ACTIVE, "paused_until": None, "missed_since": since}
    return paused.update(**active, next_send_at=next_send_at) == 1
