"""Leaving, and coming back. Both may be asked for any number of times."""

from datetime import datetime

from django.db import transaction

from subscriptions import answering, preferences
from subscriptions.models import Notice, Subscriber

State = Subscriber.State


def unsubscribe(subscriber: Subscriber, now: datetime) -> bool:
    """No digest from here on, and one line by mail with an undo; False if it changed nothing."""
    with transaction.atomic():
        staying = Subscriber.objects.filter(pk=subscriber.pk).exclude(
            state__in=[State.UNSUBSCRIBED, State.SUPPRESSED]
        )
        left = staying.update(state=State.UNSUBSCRIBED, unsubscribed_at=now) == 1
        if left:
            answering.answer(Notice.Kind.GOODBYE, subscriber, now)
    return left


def undo(subscriber: Subscriber, now: datetime) -> bool:
    """Back to what it was: active if ever confirmed, else pending."""
    gone = Subscriber.objects.filter(pk=subscriber.pk, state=State.UNSUBSCRIBED)
    came_back = gone.update(
        state=State.ACTIVE if subscriber.confirmed_at else State.PENDING,
        unsubscribed_at=None,
        next_send_at=preferences.next_digest_at(subscriber, now),
    )
    return came_back == 1
