"""Erasing: everything held about a subscriber goes, at once and for good.

Votes move trending, so papers are counted anew without them. On request, and for an address that
was suppressed before, a keyed hash stays, by which it is never mailed again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from subscriptions import answering, suppressing, voting, withdrawing
from subscriptions.models import MailboxMessage, ProviderEvent, Subscriber, Suppression


@dataclass(frozen=True, slots=True)
class Erased:
    """How much is gone, and whether the address is remembered by its hash."""

    digests: int
    notices: int
    interests: int
    votes: int
    remembered: bool


def erase(subscriber: Subscriber, now: datetime, *, remember: bool = False) -> Erased | None:
    """Delete subscriber, interests, votes, papers opened, digests, notices, events and local mail.

    None: gone already.
    """
    with transaction.atomic():
        answering.one_at_a_time(subscriber.mailbox_hash)  # nobody signs up with it meanwhile
        # before the subscriber's lock: who makes use of an event locks the event first
        ProviderEvent.objects.filter(address_hash=subscriber.address_hash).delete()
        # before the subscriber's lock: a vote locks its paper first
        votes = voting.take_back_all(subscriber, now)
        withdrawing.take_back(Subscriber.objects.filter(pk=subscriber.pk))
        # No sender opens a digest for a row that is locked.
        row = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
        if row is None:
            return None
        erased = Erased(
            digests=row.digests.count(),
            notices=row.notices.count(),
            interests=row.interests.count(),
            votes=votes,
            remembered=_remembered(row, now, asked=remember),
        )
        MailboxMessage.objects.filter(recipient__iexact=row.email).delete()
        row.delete()
    return erased


def _remembered(subscriber: Subscriber, now: datetime, *, asked: bool) -> bool:
    """Whether a hash of the address stays; one that was there before always does."""
    hashed = subscriber.address_hash
    if asked or subscriber.state == Subscriber.State.SUPPRESSED:
        suppressing.suppress_hash(hashed, Suppression.Reason.ASKED, now)
    return hashed in suppressing.suppressed_among([hashed])
