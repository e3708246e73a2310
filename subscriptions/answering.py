"""Answering a person by a notice in the ledger, but never too often at one mailbox."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings

from subscriptions.models import Notice, Subscriber
from subscriptions.models.outgoing import State

Kind = Notice.Kind
DAY = timedelta(days=1)
FRESH_FOR = {Kind.CONFIRM: 7 * DAY, Kind.ALREADY: DAY, Kind.LINK: DAY, Kind.GOODBYE: DAY}

# Kinds counted together, and how many of them one mailbox gets in 24 hours.
LIMITS = [
    ({Kind.CONFIRM, Kind.ALREADY}, 1),
    ({Kind.LINK}, 3),
    ({Kind.GOODBYE}, 3),
]


def answer(kind: Notice.Kind, subscriber: Subscriber, now: datetime) -> bool:
    """Have this notice sent, unless its mailbox, however it was spelt, got enough of them."""
    if _enough(kind, subscriber, now):
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


def _enough(kind: Notice.Kind, subscriber: Subscriber, now: datetime) -> bool:
    kinds, most = next(limit for limit in LIMITS if kind in limit[0])
    recent = Notice.objects.filter(
        subscriber__mailbox_hash=subscriber.mailbox_hash, kind__in=kinds, asked_at__gt=now - DAY
    )
    return recent.count() >= most
