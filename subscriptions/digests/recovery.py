"""Recovery: what a killed process left behind finds its next step.

A claim whose lease ran out is free again. A mail whose lease ran out while sending may have left:
it is `unknown`, and DIGEST_UNKNOWN_POLICY says what follows. What is too old ends as expired.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from subscriptions.models.outgoing import OutgoingQuerySet, State

COPIES_RISKED = 3  # attempts after which one that may have arrived is not sent again


def recover(mails: OutgoingQuerySet, now: datetime) -> None:
    """A few statements, each harmless when it comes twice."""
    free = {"owner": "", "lease_until": None}
    mails.filter(state=State.CLAIMED).lease_expired().update(state=State.READY, **free)
    mails.filter(state=State.SENDING).lease_expired().update(
        state=State.UNKNOWN,
        reason="lease ran out while sending",
        attempts=F("attempts") + 1,
        **free,
    )
    settle_unknown(mails, now)
    mails.expire(now)


def settle_unknown(mails: OutgoingQuerySet, now: datetime) -> None:
    """Policy `resend`: again, with the same Message-ID, while fresh. `hold`: left as it is."""
    unknown = mails.filter(state=State.UNKNOWN)
    if settings.DIGEST_UNKNOWN_POLICY == "resend":
        again = unknown.filter(not_after__gt=now, attempts__lt=COPIES_RISKED)
        again.update(state=State.DEFERRED, next_attempt_at=Coalesce("next_attempt_at", Value(now)))
        unknown.update(state=State.UNRESOLVED)
