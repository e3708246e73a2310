"""Leaving, asking for less, and coming back. Each may be asked for any number of times."""

from datetime import datetime

from django.db import transaction

from subscriptions import answering, preferences, withdrawing
from subscriptions.models import Notice, Subscriber

State = Subscriber.State


def unsubscribe(subscriber: Subscriber, now: datetime) -> bool:
    """No digest from here on, and one line by mail with an undo; False if it changed nothing."""
    with transaction.atomic():
        withdrawing.take_back(Subscriber.objects.filter(pk=subscriber.pk))
        staying = Subscriber.objects.filter(pk=subscriber.pk).exclude(
            state__in=[State.UNSUBSCRIBED, State.SUPPRESSED]
        )
        left = staying.update(state=State.UNSUBSCRIBED, unsubscribed_at=now) == 1
        if left:
            answering.answer(Notice.Kind.GOODBYE, subscriber, now)
    return left


def undo(subscriber: Subscriber, now: datetime) -> bool:
    """Back to what it was: pending, paused while that pause lasts, or active."""
    gone = Subscriber.objects.filter(
        pk=subscriber.pk, state=State.UNSUBSCRIBED, confirmed_at=subscriber.confirmed_at
    )
    state = _state_before(subscriber, now)
    came_back = gone.update(
        state=state,
        unsubscribed_at=None,
        left_because="",
        paused_until=subscriber.paused_until if state == State.PAUSED else None,
        next_send_at=preferences.next_digest_at(subscriber, now),
    )
    return came_back == 1


def say_why(subscriber: Subscriber, reason: str) -> bool:
    """Keep the reason of somebody who has left; False for anybody who is here."""
    gone = Subscriber.objects.filter(pk=subscriber.pk, state=State.UNSUBSCRIBED)
    return gone.update(left_because=Subscriber.LeftBecause(reason)) == 1


def once_a_week(subscriber: Subscriber, now: datetime) -> bool:
    """A weekly digest instead, on the day chosen before or Monday; False if it changed nothing."""
    with transaction.atomic():
        # The tick moves the same row on, so each of the two waits for the other.
        row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        if row.state not in {State.ACTIVE, State.PAUSED} or row.frequency == row.Frequency.WEEKLY:
            return False
        row.frequency = row.Frequency.WEEKLY
        row.next_send_at = preferences.next_digest_at(row, now)
        row.save(update_fields=["frequency", "next_send_at"])
    return True


def _state_before(subscriber: Subscriber, now: datetime) -> Subscriber.State:
    if not subscriber.confirmed_at:
        return State.PENDING
    paused = subscriber.paused_until is not None and subscriber.paused_until > now
    return State.PAUSED if paused else State.ACTIVE
