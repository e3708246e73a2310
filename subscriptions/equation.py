"""The edition equation: every due digest is accounted for.

The ledger itself sees to it that each has a reason, a next step or an end. What is left to go
wrong is that nobody takes the next step: then a mail is unexplained, and so is a reader for whom no
digest was opened.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.utils import timezone

from subscriptions.models import Digest, Subscriber
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.models.states import HANDED_OVER, IN_PROGRESS, State, in_states

WAITING = in_states(*IN_PROGRESS, State.DEFERRED)
A_WHILE = timedelta(hours=1)  # sixty ticks, each of which should have taken the next step


@dataclass(frozen=True, slots=True)
class Equation:
    """due = sent + skipped + refused + failed + deferred + unknown + in_progress."""

    due: int = 0
    sent: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    failed: int = 0
    deferred: int = 0
    unknown: int = 0
    in_progress: int = 0
    unexplained: int = 0

    def __str__(self) -> str:
        skips = ", ".join(f"{count} {reason}" for reason, count in self.skipped.items())
        skipped = f"{sum(self.skipped.values())} skipped" + (f" ({skips})" if skips else "")
        return (
            f"{self.due} due = {self.sent} sent + {skipped} + {self.refused} refused + "
            f"{self.failed} failed + {self.deferred} deferred + {self.unknown} unknown + "
            f"{self.in_progress} in progress; {self.unexplained} unexplained"
        )


def oldest_due(now: datetime) -> datetime | None:
    """Since when what waits longest is due: a digest, or a reader for whom none is opened yet.

    Digests of a held edition wait with reason.
    """
    waiting = Digest.objects.filter(WAITING, edition__held=False).aggregate(at=Min("due_at"))["at"]
    unopened = Subscriber.objects.due(now).aggregate(at=Min("next_send_at"))["at"]
    return min(filter(None, (waiting, unopened)), default=None)


def left_behind(now: datetime) -> Q:
    """Mails that any tick should have brought further: too old to be sent, or their sender died."""
    too_old = WAITING & Q(not_after__lte=now - A_WHILE)
    abandoned = in_states(State.CLAIMED, State.SENDING) & Q(lease_until__lte=Now() - A_WHILE)
    found = too_old | abandoned
    if settings.DIGEST_UNKNOWN_POLICY == "resend":  # else a person takes the next step
        found |= Q(state=State.UNKNOWN, sending_at__lte=now - A_WHILE)
    return found


def forgotten_readers(now: datetime) -> int:
    """How many have been due for longer than a digest is fresh, and none was opened for them."""
    fresh = timedelta(hours=settings.DIGEST_FRESH_HOURS)
    return Subscriber.objects.active().filter(next_send_at__lte=now - fresh - A_WHILE).count()


def equation(digests: OutgoingQuerySet, now: datetime | None = None) -> Equation:
    """One query."""
    lost = Count("pk", filter=left_behind(now or timezone.now()))
    grouped = digests.order_by().values("state", "reason")
    rows = grouped.annotate(count=Count("pk"), lost=lost).values_list(
        "state", "reason", "count", "lost"
    )
    by_state: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    unexplained = 0
    for state, reason, count, left in rows:
        by_state[state] += count
        unexplained += left
        if state == State.SKIPPED:
            skipped[reason.split(":")[0]] += count
    return Equation(
        due=by_state.total(),
        sent=sum(by_state[state] for state in HANDED_OVER),
        skipped=dict(sorted(skipped.items())),
        refused=by_state[State.REFUSED],
        failed=by_state[State.FAILED],
        deferred=by_state[State.DEFERRED],
        unknown=by_state[State.UNKNOWN] + by_state[State.UNRESOLVED],
        in_progress=sum(by_state[state] for state in IN_PROGRESS),
        unexplained=unexplained,
    )
