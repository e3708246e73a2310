"""What time alone brings. Every tick does it; twice, or two at once, is harmless."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from subscriptions import answering, corrections, events, figures, pausing, rates, retention
from subscriptions.models import Digest, Notice, Subscriber, Vote
from subscriptions.models.states import State as MailState

State = Subscriber.State
Kind = Notice.Kind

CHUNK = 500  # of each a tick; the next one goes on
REMINDED_AFTER = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=30)
QUIET_HOUR = 3  # UTC: each of its ticks forgets a chunk of what was kept long enough
CONFIRMABLE = timedelta(days=7)  # how long a link to confirm works
ARRIVED = [MailState.SENT, MailState.DELIVERED]


def upkeep(now: datetime) -> None:
    """All of it, in chunks."""
    events.process_waiting(now)
    remind(now)
    forget_unconfirmed(now)
    pausing.resume_due(now)
    corrections.open_notices(now)
    figures.keep(now)
    rates.forget(now)
    if now.hour == QUIET_HOUR:
        retention.forget_some(now)


def remind(now: datetime) -> int:
    """One reminder to each who let a request to confirm lie for a day; how many."""
    return sum(_remind(subscriber, now) for subscriber in _unreminded(now)[:CHUNK])


def forget_unconfirmed(now: datetime) -> int:
    """Who asked 30 days ago and never confirmed is deleted; how many were looked at.

    Unless they read here before: then they are again what they were, somebody who left.
    """
    with transaction.atomic():
        # locked, so that who confirms at this very moment either stays or finds a dead link
        locked = _unconfirmed(now).select_for_update(skip_locked=True, of=("self",))
        ids = list(locked.values_list("pk", flat=True)[:CHUNK])
        if ids:
            _forget(Subscriber.objects.filter(pk__in=ids), now)
    return len(ids)


def _unreminded(now: datetime) -> QuerySet[Subscriber]:
    """Pending ones whose latest notice asks to confirm, arrived, and is a day old.

    After another day it is too late to remind, so that a tick looks at one day's sign-ups only.
    """
    day_old = now - REMINDED_AFTER
    later = Notice.objects.filter(
        subscriber=OuterRef("subscriber"), asked_at__gt=OuterRef("asked_at")
    )
    asked = Notice.objects.filter(
        kind=Kind.CONFIRM,
        state__in=ARRIVED,
        asked_at__lte=day_old,
        asked_at__gt=day_old - REMINDED_AFTER,
    )
    last_words = asked.filter(~Exists(later)).values("subscriber")
    waiting = Subscriber.objects.filter(state=State.PENDING, created_at__gt=now - CONFIRMABLE)
    return waiting.filter(pk__in=last_words).order_by("created_at", "pk")


def _remind(subscriber: Subscriber, now: datetime) -> bool:
    with transaction.atomic():
        answering.one_at_a_time(subscriber.mailbox_hash)
        still = _unreminded(now).filter(pk=subscriber.pk).exists()
        return still and answering.answer(Kind.REMINDER, subscriber, now)


def _unconfirmed(now: datetime) -> QuerySet[Subscriber]:
    """Pending for 30 days, and no link to confirm is under way that would still work."""
    links = Notice.objects.filter(
        subscriber=OuterRef("pk"),
        kind__in=[Kind.CONFIRM, Kind.REMINDER],
        asked_at__gt=now - CONFIRMABLE,
    )
    old = Subscriber.objects.filter(state=State.PENDING, created_at__lte=now - FORGOTTEN_AFTER)
    return old.filter(~Exists(links)).order_by("created_at", "pk")


def _forget(subscribers: QuerySet[Subscriber], now: datetime) -> None:
    traces = [model.objects.filter(subscriber=OuterRef("pk")) for model in (Digest, Vote)]
    read_before = Q(Exists(traces[0])) | Q(Exists(traces[1]))
    subscribers.filter(read_before).update(state=State.UNSUBSCRIBED, unsubscribed_at=now)
    subscribers.filter(state=State.PENDING).delete()
