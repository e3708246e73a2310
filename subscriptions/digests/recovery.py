"""Recovery: what a killed process left behind finds its next step.

A claim whose lease ran out is free again. A mail whose lease ran out while sending may have left:
it is `unknown`, and DIGEST_UNKNOWN_POLICY says what follows. What is too old ends as expired.
"""

from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from subscriptions.digests.delivery import keyed
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.models.states import UNANSWERED, State

COPIES_RISKED = 3  # attempts after which one that may have arrived is not sent again


def recover(mails: OutgoingQuerySet, now: datetime) -> None:
    """A few statements, each harmless when it comes twice."""
    free = {"owner": "", "lease_until": None}
    mails.filter(state=State.CLAIMED).lease_expired().update(state=State.READY, **free)
    mails.filter(state=State.SENDING).lease_expired().update(
        state=State.UNKNOWN,
        reason="lease ran out while sending",
        attempts=F("attempts") + 1,
        **UNANSWERED,
        **free,
    )
    settle_unknown(mails, now)
    mails.expire(now)


def settle_unknown(mails: OutgoingQuerySet, now: datetime) -> None:
    """Policy `resend`: again, with the same Message-ID, while fresh. `hold`: left as it is.

    A provider that remembers our key sends nothing twice, so there it is always tried again.
    """
    resends, remembered = settings.DIGEST_UNKNOWN_POLICY == "resend", keyed.remembered_for()
    reasons = [Q(attempts__lt=COPIES_RISKED)] if resends else []
    if remembered:
        reasons.append(Q(unanswered_at__gt=now - remembered))
    if not reasons:
        return
    again = Q(not_after__gt=now) & reduce(or_, reasons)
    unknown = mails.filter(state=State.UNKNOWN)
    unknown.filter(again).update(
        state=State.DEFERRED, next_attempt_at=Coalesce("next_attempt_at", Value(now))
    )
    if resends:
        # of the others only: a worker may have added to the unknown just now
        unknown.filter(~again).update(state=State.UNRESOLVED)
