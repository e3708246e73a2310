"""Erasing: everything held about a subscriber goes, at once and for good.

Votes move trending, so papers are counted anew without them. On request, and for an address that
was suppressed before, a keyed hash stays, by which it is never mailed again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from subscriptions import answering, voting
from subscriptions.models import MailboxMessage, Subscriber, Suppression


@dataclass(frozen=True, slots=True)
class Erased:
    """How much is gone, and whether the address is remembered by its hash."""

    digests: int
    notices: int
    interests: int
    votes: int
    remembered: bool


def erase(subscriber: Subscriber, now: datetime, *, remember: bool = False) -> Erased | None:
    """Delete subscriber, interests, votes, digests, notices and local mail; None: gone already."""
    with transaction.atomic():
        answering.one_at_a_time(subscriber.mailbox_hash)  # nobody signs up with it meanwhile
        # before the subscriber's lock: a vote locks its paper first
        votes = voting.take_back_all(subscriber, now)
        # No sender opens a digest for a row that is locked.
        row = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
        if row is None:
            return None
        erased = Erased(
            digests=row.digests.count(),
            notices=row.notices.count(),
            interests=row.interests.count(),
            votes=votes,
            remembered=_remembered(row, asked=remember),
        )
        MailboxMessage.objects.filter(recipient__iexact=row.email).delete()
        row.delete()
    return erased


def _remembered(subscriber: Subscriber, *, asked: bool) -> bool:
    """Whether a hash of the address stays; one that was there before always does."""
    kept = Suppression.objects.filter(address_hash=subscriber.address_hash)
    if asked or subscriber.state == Subscriber.State.SUPPRESSED:
        Suppression.objects.get_or_create(address_hash=subscriber.address_hash)
    return kept.exists()
