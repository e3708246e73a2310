"""Subscribing: asked for on a page, agreed to by mail. The pages answer alike whatever happens."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from papers.models import Topic
from subscriptions import addresses, answering, interests, preferences
from subscriptions.models import Notice, Subscriber, Suppression

State = Subscriber.State
Kind = Notice.Kind


def ask_to_subscribe(
    email: str,
    topics: Iterable[Topic],
    *,
    now: datetime,
    frequency: str = Subscriber.Frequency.DAILY,
    timezone: str = "UTC",
) -> None:
    """Mail a request to confirm, or a word that this address already subscribes.

    The values must be valid. No topic means all of them. Every address takes the same steps, and
    so about the same time; where nothing may change they are undone.
    """
    wishes = {"frequency": frequency, "timezone": timezone}
    with transaction.atomic():
        _one_at_a_time(email)
        suppressed = _is_suppressed(email)
        subscriber = _row_of(email, wishes)
        # Anybody may type the address of a reader: only the mailed links change what they have.
        here = subscriber.state in {State.ACTIVE, State.PAUSED}
        with transaction.atomic():
            _start_again(subscriber, wishes, topics)
            transaction.set_rollback(here)
        answering.answer(Kind.ALREADY if here else Kind.CONFIRM, subscriber, now)
        transaction.set_rollback(suppressed)


def confirm(subscriber: Subscriber, now: datetime) -> bool:
    """Pending becomes active; False when there was nothing left to confirm."""
    waiting = Subscriber.objects.filter(pk=subscriber.pk, state=State.PENDING)
    moved = waiting.update(
        state=State.ACTIVE,
        confirmed_at=now,
        next_send_at=preferences.next_digest_at(subscriber, now),
    )
    return moved == 1


def ask_for_link(email: str, now: datetime) -> None:
    """Mail the link to the preferences, or to confirm; nothing to those who are not here."""
    with transaction.atomic():
        _one_at_a_time(email)
        subscriber = Subscriber.objects.with_address(email).first()
        if subscriber and not _is_suppressed(email):
            _send_link(subscriber, now)


def _send_link(subscriber: Subscriber, now: datetime) -> None:
    if subscriber.state == State.PENDING:
        answering.answer(Kind.CONFIRM, subscriber, now)
    elif subscriber.state in {State.ACTIVE, State.PAUSED}:
        answering.answer(Kind.LINK, subscriber, now)


def _row_of(email: str, wishes: dict[str, str]) -> Subscriber:
    """The address's one row, also when two requests make it at once."""
    known = Subscriber.objects.with_address(email) | Subscriber.objects.filter(email=email)
    if subscriber := known.first():  # by its letters as well, should LINK_KEY have been changed
        return subscriber
    subscriber, _ = Subscriber.objects.get_or_create(
        address_hash=addresses.address_hash(email), defaults={"email": email, **wishes}
    )
    return subscriber


def _start_again(subscriber: Subscriber, wishes: dict[str, str], topics: Iterable[Topic]) -> None:
    """A past consent does not count for a new subscription."""
    fresh = {"state": State.PENDING, "confirmed_at": None, "unsubscribed_at": None}
    Subscriber.objects.filter(pk=subscriber.pk).update(**fresh, **wishes)
    interests.choose_topics(subscriber, topics)


def _is_suppressed(email: str) -> bool:
    row = Subscriber.objects.with_address(email).filter(state=State.SUPPRESSED)
    kept = Suppression.objects.filter(address_hash=addresses.address_hash(email))
    return row.exists() or kept.exists()


def _one_at_a_time(email: str) -> None:
    """Until the transaction ends, no other request counts or writes to this mailbox's notices.

    SQLite's immediate transactions take turns anyway.
    """
    if connection.vendor == "postgresql":
        number = int(addresses.mailbox_hash(email)[:15], 16)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
