"""Restoring: what waits or is due in a database may have been sent after its backup was made.

It is opened as a tick would, and skipped with the reason `restored`: it has its row in the ledger
and never goes out. Its papers may come in later digests.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from subscriptions import corrections, pausing, upkeep
from subscriptions.digests import pipeline
from subscriptions.models import Digest, Notice, Subscriber
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.models.states import OPEN, State

REASON = "restored"
SKIPPED: dict[str, Any] = {
    "state": State.SKIPPED,
    "reason": REASON,
    "may_have_left": True,  # so nobody has it tried again as one that never left
    "next_attempt_at": None,
    "owner": "",
    "lease_until": None,
}


@dataclass(frozen=True, slots=True)
class Mails:
    """How many of each; `readers`: who are due for a digest that is not opened yet."""

    digests: int = 0
    notices: int = 0
    readers: int = 0

    def __bool__(self) -> bool:
        return bool(self.digests or self.notices or self.readers)


def waiting(now: datetime) -> Mails:
    """What would leave at once, or soon."""
    return Mails(
        digests=Digest.objects.filter(OPEN).count(),
        notices=Notice.objects.filter(OPEN).count(),
        readers=Subscriber.objects.due(now).count(),
    )


def forget(now: datetime) -> Mails:
    """Skip all that waits or is due by now; how many. Twice is harmless."""
    pausing.resume_due(now)
    while pipeline.open_chunk(now):
        pass
    while upkeep.remind(now):
        pass
    while corrections.open_notices(now):
        pass
    return Mails(_skip(Digest.objects.all()), _skip(Notice.objects.all()))


def _skip(mails: OutgoingQuerySet) -> int:
    skipped = 0
    waits = mails.filter(OPEN).order_by("pk").values_list("pk", flat=True)
    while ids := list(waits[: settings.DIGEST_CHUNK_SIZE]):
        if mails.model is Digest:
            Digest.objects.give_back(ids)
        skipped += mails.filter(pk__in=ids).update(**SKIPPED)
    return skipped
