"""Due: opens a digest for every active subscriber whose send instant has come."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from papers.models import Edition
from subscriptions import suppressing
from subscriptions.models import Digest, Subscriber
from subscriptions.models.outgoing import fresh_until
from subscriptions.models.states import State
from subscriptions.preferences import BETWEEN_DIGESTS, next_digest_at
from subscriptions.timing import Slot

MISSED_DAYS_KEPT = 31  # days of an outage that leave a row each


def open_due_digests(now: datetime, edition: Edition, limit: int) -> int:
    """Open the digests of up to `limit` due subscribers; returns how many subscribers that were.

    A subscriber of several missed slots gets the last one; the others are written as expired.
    """
    with transaction.atomic():
        due = Subscriber.objects.due(now).order_by("next_send_at", "pk")
        come = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        subscribers = _without_recent(come, now)
        digests = [digest for one in subscribers for digest in _digests(one, edition, now)]
        _skip_suppressed(digests)
        Digest.objects.bulk_create(digests, ignore_conflicts=True)
        _schedule_next(subscribers, now)
    return len(come)


def _skip_suppressed(digests: list[Digest]) -> None:
    silent = suppressing.suppressed_among([digest.subscriber.address_hash for digest in digests])
    for digest in digests:
        if digest.subscriber.address_hash in silent:
            digest.state, digest.reason = State.SKIPPED, "suppressed"


def _without_recent(subscribers: list[Subscriber], now: datetime) -> list[Subscriber]:
    """Whose last one waited for long to be sent, and who then chose another hour, has to wait."""
    sent = Digest.objects.filter(subscriber__in=subscribers, sent_at__gt=now - BETWEEN_DIGESTS)
    recent = set(sent.values_list("subscriber", flat=True))
    for subscriber in (one for one in subscribers if one.pk in recent):
        later = next_digest_at(subscriber, now)
        Subscriber.objects.filter(pk=subscriber.pk).update(next_send_at=later)
    return [one for one in subscribers if one.pk not in recent]


def open_by_hand(subscriber: Subscriber, slot: Slot, edition: Edition, now: datetime) -> Digest:
    """The digest of that slot, opened now if there is none; asked for by a person, so fresh."""
    next_send_at = subscriber.next_send_after(max(slot.due_at, now + BETWEEN_DIGESTS))
    digest = new_digest(subscriber, slot, edition, now)
    digest.state, digest.reason = State.PENDING, ""
    digest.due_at, digest.not_after = now, fresh_until(now)
    digest.frozen["next_send_at"] = next_send_at.isoformat()
    Digest.objects.bulk_create([digest], ignore_conflicts=True)
    kept = Digest.objects.get(subscriber=subscriber, local_date=slot.local_date)
    if kept.message_id == digest.message_id:
        Subscriber.objects.filter(pk=subscriber.pk).update(next_send_at=next_send_at)
    return kept


def _digests(subscriber: Subscriber, edition: Edition, now: datetime) -> list[Digest]:
    slots = due_slots(subscriber, now)
    digests = [new_digest(subscriber, slot, edition, now) for slot in slots]
    for digest in digests[:-1]:
        digest.state, digest.reason = State.SKIPPED, "expired"
    return digests[-MISSED_DAYS_KEPT:]


def due_slots(subscriber: Subscriber, now: datetime) -> list[Slot]:
    """What was promised and has come, in order. Never scheduled means: from today on, as of now."""
    planned = subscriber.next_send_at
    today = now.astimezone(subscriber.zone).date()
    if planned is None:
        slot = subscriber.schedule.slot(today)
        wanted = today.weekday() in subscriber.schedule.weekdays
        return [Slot(today, now)] if wanted and slot.due_at <= now else []
    # Where the clock skips the last hour of a day, its slot lies in the next one.
    exact = subscriber.schedule.slots_between(planned, planned)
    first = exact[0] if exact else Slot(planned.astimezone(subscriber.zone).date(), planned)
    later = subscriber.schedule.slots_between(planned + timedelta(microseconds=1), now)
    return [first, *(slot for slot in later if slot.local_date > first.local_date)]


def new_digest(subscriber: Subscriber, slot: Slot, edition: Edition, now: datetime) -> Digest:
    """An unsaved digest of that slot."""
    not_after = fresh_until(slot.due_at)
    expired = not_after <= now
    return Digest(
        subscriber=subscriber,
        edition=edition,
        local_date=slot.local_date,
        due_at=slot.due_at,
        not_after=not_after,
        state=State.SKIPPED if expired else State.PENDING,
        reason="expired" if expired else "",
        message_id=f"<digest-{uuid4().hex}@{settings.SENDING_DOMAIN}>",
        frozen={
            "timezone": subscriber.timezone,
            "next_send_at": _next_after(subscriber, now).isoformat(),
            "language": subscriber.language,
            "format": subscriber.mail_format,
            "frequency": subscriber.frequency,
        },
    )


def _next_after(subscriber: Subscriber, now: datetime) -> datetime:
    """The next promise; who was never scheduled is served out of turn, so not twice in 12 hours."""
    out_of_turn = subscriber.next_send_at is None and due_slots(subscriber, now)
    return subscriber.next_send_after(now + BETWEEN_DIGESTS if out_of_turn else now)


def _schedule_next(subscribers: Iterable[Subscriber], now: datetime) -> None:
    # The same few instants again and again: one UPDATE for each.
    by_instant = defaultdict(list)
    for subscriber in subscribers:
        by_instant[_next_after(subscriber, now)].append(subscriber.pk)
    for instant, ids in by_instant.items():
        Subscriber.objects.filter(pk__in=ids).update(next_send_at=instant)
