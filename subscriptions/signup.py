"""Subscribing: asked for on a page, agreed to by mail. The pages answer alike whatever happens."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from papers.models import Topic
from subscriptions import addresses, answering, interests, preferences
from subscriptions.models import Notice, Subscriber, Suppression

State = Subscriber.State
Kind = Notice.Kind

# What one is answered who asks to subscribe once more, and who asks for the link.
ANSWERS = {State.PENDING: Kind.CONFIRM, State.ACTIVE: Kind.ALREADY, State.PAUSED: Kind.ALREADY}
LINK_ANSWERS = {State.PENDING: Kind.CONFIRM, State.ACTIVE: Kind.LINK, State.PAUSED: Kind.LINK}


def ask_to_subscribe(
    email: str,
    topics: Iterable[Topic],
    *,
    now: datetime,
    frequency: str = Subscriber.Frequency.DAILY,
    timezone: str = "UTC",
    language: str = "en",
) -> None:
    """Mail a request to confirm, or a word that this address already subscribes.

    The values must be valid. No topic means all of them. Every address takes the same steps, and
    so about the same time; where nothing may change they are undone.
    """
    wishes = {"frequency": frequency, "timezone": timezone, "language": language}
    with transaction.atomic():
        answering.one_at_a_time(addresses.mailbox_hash(email))
        suppressed = _is_suppressed(email)
        subscriber = _row_of(email, wishes)
        # Anybody may type the address of a reader: only the mailed links change what they have.
        here = subscriber.state in {State.ACTIVE, State.PAUSED}
        with transaction.atomic():
            _start_again(subscriber, wishes, topics, now)
            transaction.set_rollback(here)
        answering.answer(Kind.ALREADY if here else Kind.CONFIRM, subscriber, now)
        transaction.set_rollback(suppressed)


def send_again(email: str, now: datetime, *, link: bool = False) -> bool:
    """The mail that this address was promised a while ago, once more; `link`: its link.

    False when there is none for it, or when it got enough of them.
    """
    return _answer_who_is_here(email, LINK_ANSWERS if link else ANSWERS, now)


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
    """Mail the link to the preferences, or to confirm; nothing to those who are not here.

    Like one that was not received: who has not confirmed was mailed today, as a rule.
    """
    _answer_who_is_here(email, LINK_ANSWERS, now)


def _answer_who_is_here(email: str, answers: dict[State, Kind], now: datetime) -> bool:
    """The same steps for every address, as above; and nobody is subscribed by it."""
    with transaction.atomic():
        answering.one_at_a_time(addresses.mailbox_hash(email))
        known = Subscriber.objects.with_address(email).exists()
        subscriber = _row_of(email, {})
        kind = answers.get(State(subscriber.state))
        asked = answering.answer(kind or Kind.CONFIRM, subscriber, now, repeat=True)
        in_vain = not known or kind is None or _is_suppressed(email)
        transaction.set_rollback(in_vain)
    return asked and not in_vain


def _row_of(email: str, wishes: dict[str, str]) -> Subscriber:
    """The address's one row, also when two requests make it at once."""
    known = Subscriber.objects.with_address(email) | Subscriber.objects.filter(email=email)
    # by its letters as well, should LINK_KEY have been changed; kept from being forgotten just now
    if subscriber := known.select_for_update().first():
        return subscriber
    subscriber, _ = Subscriber.objects.get_or_create(
        address_hash=addresses.address_hash(email), defaults={"email": email, **wishes}
    )
    return subscriber


def _start_again(
    subscriber: Subscriber, wishes: dict[str, str], topics: Iterable[Topic], now: datetime
) -> None:
    """A past consent does not count for a new subscription, nor does the time before it.

    `created_at` is when it was asked for last: from then on count reminding and forgetting.
    """
    fresh = {
        "state": State.PENDING,
        "confirmed_at": None,
        "unsubscribed_at": None,
        "paused_until": None,
        "missed_since": None,
        "left_because": "",
    }
    rows = Subscriber.objects.filter(pk=subscriber.pk)
    rows.update(**fresh, **wishes, created_at=now)
    interests.choose_topics(subscriber, topics)


def _is_suppressed(email: str) -> bool:
    row = Subscriber.objects.with_address(email).filter(state=State.SUPPRESSED)
    kept = Suppression.objects.filter(address_hash=addresses.address_hash(email))
    return row.exists() or kept.exists()
