"""Corrections: what an edition got wrong reaches exactly those who had it without, each once.

A digest that leaves after a correction was made carries it at its head: see its claim. Whose digest
had left before gets a notice; the tick opens those, also for what is settled as sent only later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from papers.models import Correction, Edition
from subscriptions.models import Digest, Notice, Subscriber, Suppression
from subscriptions.models.notice import ONLY_TO
from subscriptions.models.outgoing import fresh_until
from subscriptions.models.states import HANDED_OVER, OPEN, State, in_states

STILL_TOLD = timedelta(days=7)  # after it was made, to those whose digest is settled so late
CHUNK, CHUNKS = 5_000, 4  # of notices opened a tick; the next one goes on


@dataclass(frozen=True, slots=True)
class Reach:
    """How many a correction made now would reach: at once, in their digest, or perhaps later."""

    by_notice: int
    in_digest: int
    unsettled: int


def next_number(edition: Edition) -> int:
    return edition.corrections.count() + 1


def make(correction: Correction) -> bool:
    """Save it under its number. False: its edition has one of that number already."""
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def reach(correction: Correction) -> Reach:
    """Of one that is yet to be made. Digests that are not due yet will carry it as well."""
    digests = Digest.objects.filter(edition=correction.edition)
    unsettled = OPEN | in_states(State.UNRESOLVED)
    return Reach(
        by_notice=_had_it_without(correction).count(),
        in_digest=digests.filter(OPEN, sending_at=None).count(),
        unsettled=digests.filter(unsettled, sending_at__isnull=False).count(),
    )


def open_notices(now: datetime) -> int:
    """A notice to each reader who misses a correction of the last days; their number."""
    made = Correction.objects.filter(made_at__gt=now - STILL_TOLD)
    return sum(sum(_chunks_opened(correction, now)) for correction in made)


def awaits_tick(correction: Correction, now: datetime) -> bool:
    """Whether a reader without a notice of it may still get one."""
    return correction.made_at > now - STILL_TOLD and _missing(correction).exists()


def _chunks_opened(correction: Correction, now: datetime) -> Iterator[int]:
    for _ in range(CHUNKS):
        opened = _open_chunk(correction, now)
        yield opened
        if opened < CHUNK:
            break


def _open_chunk(correction: Correction, now: datetime) -> int:
    missing = _missing(correction).order_by("pk")
    with transaction.atomic():
        # who is being erased at this moment is left out
        free = missing.select_for_update(skip_locked=True, of=("self",))
        notices = [_notice(correction, reader, now) for reader in free.only("pk")[:CHUNK]]
        Notice.objects.bulk_create(notices, batch_size=500, ignore_conflicts=True)
    return len(notices)


def _missing(correction: Correction) -> QuerySet[Subscriber]:
    told = Notice.objects.filter(correction=correction, subscriber=OuterRef("pk"))
    return _had_it_without(correction).filter(~Exists(told))


def _had_it_without(correction: Correction) -> QuerySet[Subscriber]:
    """Readers who may still be written to, and a digest of theirs left without it."""
    left = Digest.objects.filter(in_states(*HANDED_OVER), edition=correction.edition_id)
    without = left.exclude(corrections_shown__gte=correction.number)
    readers = Subscriber.objects.filter(
        pk__in=without.order_by().values("subscriber"),
        state__in=ONLY_TO[Notice.Kind.CORRECTION],
    )
    suppressed = Suppression.objects.filter(address_hash=OuterRef("address_hash"))
    return readers.filter(~Exists(suppressed))


def _notice(correction: Correction, reader: Subscriber, now: datetime) -> Notice:
    return Notice(
        subscriber=reader,
        kind=Notice.Kind.CORRECTION,
        correction=correction,
        state=State.READY,
        asked_at=now,
        not_after=fresh_until(now),
        message_id=f"<correction-{uuid4().hex}@{settings.SENDING_DOMAIN}>",
    )
