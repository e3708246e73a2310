"""The switch for all mail: pause, resume, and what that means for those who wait.

While it is paused, nothing is claimed and nothing begins to leave; what waits keeps its place, and
ends as expired once it is too old to be sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from subscriptions.models import Digest, Notice, Sending
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.models.states import State, in_states

OLDEST_EDITION = timedelta(days=3)  # before a pause, whose digests may still wait or expire in it


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be sent, and what grew too old for it during the pause."""

    digests_waiting: int
    notices_waiting: int
    digests_expired: int
    notices_expired: int


def pause(reason: str, by: str, now: datetime) -> bool:
    """Let no mail leave from here on. False: it was paused already, and stays so as it was."""
    told = {"reason": reason, "paused_by": by, "paused_at": now}
    _, begun = Sending.objects.get_or_create(pk=Sending.ONLY, defaults=told)
    return begun


def resume() -> Sending | None:
    """Let mail leave again; the pause that this ended, None when there was none."""
    with transaction.atomic():
        ended = Sending.objects.select_for_update().first()
        if ended:  # else one that begins just now stays
            Sending.objects.filter(pk=ended.pk).delete()
    return ended


def paused() -> Sending | None:
    return Sending.objects.first()


def backlog(pause: Sending, now: datetime) -> Backlog:
    """As the next tick will find it: what is too old by now counts as expired already."""
    digests = Digest.objects.filter(edition__date__gt=(pause.paused_at - OLDEST_EDITION).date())
    notices = Notice.objects.all()
    return Backlog(
        digests_waiting=_waiting(digests, now),
        notices_waiting=_waiting(notices, now),
        digests_expired=_expired(digests, pause, now),
        notices_expired=_expired(notices, pause, now),
    )


def _waiting(mails: OutgoingQuerySet, now: datetime) -> int:
    waiting = in_states(State.PENDING, State.READY, State.CLAIMED, State.DEFERRED)
    return mails.filter(waiting, not_after__gt=now).count()


def _expired(mails: OutgoingQuerySet, pause: Sending, now: datetime) -> int:
    written = mails.filter(state=State.SKIPPED, reason="expired", not_after__gt=pause.paused_at)
    return written.count() + mails.stale(now).count()
