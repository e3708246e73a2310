"""Answering a person by a notice in the ledger, but never too often at one mailbox."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.models import F

from subscriptions.models import Notice, Subscriber
from subscriptions.models.states import State

Kind = Notice.Kind
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FRESH_FOR = {
    Kind.CONFIRM: 7 * DAY,
    Kind.REMINDER: DAY,
    Kind.ALREADY: DAY,
    Kind.LINK: DAY,
    Kind.GOODBYE: DAY,
}
TO_CONFIRM = {Kind.CONFIRM, Kind.REMINDER}


class Limit(NamedTuple):
    """Kinds counted together, and how many of them one mailbox gets in 24 hours."""

    kinds: set[Notice.Kind]
    most: int
    most_with_repeats: int  # counting those that "Send it again" brings


LIMITS = [
    Limit({*TO_CONFIRM, Kind.ALREADY}, 1, 3),
    Limit({Kind.LINK}, 3, 3),
    Limit({Kind.GOODBYE}, 3, 3),
]


def answer(
    kind: Notice.Kind, subscriber: Subscriber, now: datetime, *, repeat: bool = False
) -> bool:
    """Have this notice sent, unless its mailbox, however it was spelt, got enough of them.

    A `repeat` was asked for by who waits for the first one: some more of those, a minute apart.
    What was confirmed since does not count: its reader wanted it.
    """
    limit = next(limit for limit in LIMITS if kind in limit.kinds)
    if _reached(limit, subscriber, now, repeat=repeat):
        return False
    Notice.objects.create(
        subscriber=subscriber,
        kind=kind,
        state=State.READY,
        asked_at=now,
        not_after=now + FRESH_FOR[kind],
        message_id=f"<notice-{uuid4().hex}@{settings.SENDING_DOMAIN}>",
    )
    return True


def one_at_a_time(mailbox_hash: str) -> None:
    """Until the transaction ends, no other request counts or writes to this mailbox's notices.

    SQLite's immediate transactions take turns anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(mailbox_hash[:15], 16)])


def _reached(limit: Limit, subscriber: Subscriber, now: datetime, *, repeat: bool) -> bool:
    recent = Notice.objects.filter(
        subscriber__mailbox_hash=subscriber.mailbox_hash,
        kind__in=limit.kinds,
        asked_at__gt=now - DAY,
    ).exclude(kind__in=TO_CONFIRM, subscriber__confirmed_at__gte=F("asked_at"))
    if not repeat:
        return recent.count() >= limit.most
    # the second click of a double click is not another wish
    hasty = recent.filter(asked_at__gt=now - MINUTE).exists()
    return hasty or recent.count() >= limit.most_with_repeats
