"""Settling: a person says what became of mails that may have left or not.

Sent: nothing follows; had a digest not arrived, its papers would not come again. To be sent again:
the same mail with the same Message-ID, which may be a second copy. That is for those that may
still come (see `lateness`). Digests and notices alike.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Coalesce

from subscriptions import lateness
from subscriptions.models import Digest, Notice
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.models.states import State, in_states

Mail = Digest | Notice
KINDS: tuple[type[Mail], ...] = (Digest, Notice)


def unsettled(kind: type[Mail] = Digest) -> OutgoingQuerySet:
    """Those whose fate nobody knows."""
    return kind.objects.filter(in_states(State.UNKNOWN, State.UNRESOLVED))


def needs_a_person(kind: type[Mail]) -> OutgoingQuerySet:
    """Those of them that the policy leaves to a person, rather than to the next tick."""
    left_open = [State.UNKNOWN] if settings.DIGEST_UNKNOWN_POLICY == "hold" else []
    return kind.objects.filter(in_states(State.UNRESOLVED, *left_open))


def settle_as_sent(mails: OutgoingQuerySet, now: datetime) -> int:
    """How many that were. A second time it finds none."""
    return _of(mails).update(
        state=State.SENT,
        reason="settled by hand",
        sent_at=Coalesce("sending_at", Value(now)),
        next_attempt_at=None,
    )


def settle_to_resend(mails: OutgoingQuerySet, now: datetime) -> int:
    """How many that were: those that can no longer come stay unsettled."""
    free = _of(mails).alias(obstacle=lateness.named(_obstacles(mails, now))).filter(obstacle="")
    longer = {"not_after": lateness.not_after(now)} if mails.model is Digest else {}
    # no join: so the row itself is asked for its state, even when another has just settled it
    moved: int = _of(mails.filter(pk__in=free.order_by().values("pk"))).update(
        state=State.DEFERRED,
        reason="settled by hand: to be sent again",
        next_attempt_at=now,
        unanswered_at=None,
        **longer,
    )
    return moved


def outlook(mails: OutgoingQuerySet, now: datetime) -> dict[str, int]:
    """How many could be sent again (""), and why how many others could not."""
    return lateness.counted(_of(mails), _obstacles(mails, now))


def settled_since(kind: type[Mail], mails: Collection[Any]) -> list[Any]:
    """Those of them that nobody has to settle any more."""
    ids = [mail.pk for mail in mails]
    left = set(unsettled(kind).filter(pk__in=ids).values_list("pk", flat=True))
    return [mail for mail in mails if mail.pk not in left]


def _of(mails: OutgoingQuerySet) -> OutgoingQuerySet:
    return unsettled(mails.model).filter(pk__in=mails.order_by().values("pk"))


def _obstacles(mails: OutgoingQuerySet, now: datetime) -> lateness.Obstacles:
    of_kind = lateness.obstacles if mails.model is Digest else lateness.obstacles_of_notices
    return of_kind(now)
