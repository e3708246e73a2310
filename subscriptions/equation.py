"""The edition equation: every due digest is accounted for."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count

from subscriptions.models.digest import DigestQuerySet
from subscriptions.models.outgoing import HANDED_OVER, IN_PROGRESS, State

NEEDS_REASON = {State.SKIPPED, State.REFUSED, State.DEFERRED, State.UNKNOWN, State.FAILED}


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


def equation(digests: DigestQuerySet) -> Equation:
    """One query. Unexplained are those whose state asks for a reason that is missing."""
    rows = digests.order_by().values_list("state", "reason").annotate(count=Count("pk"))
    by_state: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    unexplained = 0
    for state, reason, count in rows:
        by_state[state] += count
        unexplained += count if state in NEEDS_REASON and not reason else 0
        if state == State.SKIPPED:
            skipped[reason.split(":")[0] or "no reason"] += count
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
