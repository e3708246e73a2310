"""The states of a mail in the ledger, what explains each of them, and how an attempt may end."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce


class State(models.TextChoices):
    PENDING = "pending", "pending"
    READY = "ready", "ready"
    CLAIMED = "claimed", "claimed"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    DELIVERED = "delivered", "delivered"
    BOUNCED = "bounced", "bounced"
    COMPLAINED = "complained", "complained"
    DEFERRED = "deferred", "deferred"
    REFUSED = "refused", "refused"
    UNKNOWN = "unknown", "unknown"
    UNRESOLVED = "unresolved", "unresolved"
    SKIPPED = "skipped", "skipped"
    FAILED = "failed", "failed"


GIVEN_UP = (State.SKIPPED, State.REFUSED, State.FAILED)
IN_PROGRESS = (State.PENDING, State.READY, State.CLAIMED, State.SENDING)
HANDED_OVER = (State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED)
NEEDS_REASON = (*GIVEN_UP, State.DEFERRED, State.UNKNOWN, State.UNRESOLVED)
NO_SUCH_ADDRESS = "no such address"  # so begins the reason of a mail refused for that
BOUNCED_FOR_GOOD = "bounced for good"  # the reason of a bounced one, when there is no hope


def in_states(*states: State) -> models.Q:
    """In any of them; said one by one, else SQLite does not see that a partial index will do."""
    return reduce(or_, (models.Q(state=state) for state in states))


OPEN = in_states(*IN_PROGRESS, State.DEFERRED, State.UNKNOWN)


def explained(name: str) -> models.CheckConstraint:
    """Whatever its state, a mail has a reason, a next step or an end."""
    owned = models.Q(lease_until__isnull=False) & ~models.Q(owner="")
    rules = [
        (NEEDS_REASON, ~models.Q(reason="")),
        ((State.DEFERRED,), models.Q(next_attempt_at__isnull=False)),
        ((State.CLAIMED, State.SENDING), owned),
        (HANDED_OVER, models.Q(sent_at__isnull=False)),
    ]
    condition = models.Q()
    for states, has in rules:
        condition &= ~models.Q(state__in=states) | has
    return models.CheckConstraint(condition=condition, name=name)


def _unless_it_may_have_left(usual: str, otherwise: str) -> models.Case:
    doubtful = models.When(may_have_left=True, then=models.Value(otherwise))
    return models.Case(doubtful, default=models.Value(usual))


TOO_OLD = "it may have left, and is too old to be sent again"
EXPIRED = {
    "state": _unless_it_may_have_left(State.SKIPPED, State.UNRESOLVED),
    "reason": _unless_it_may_have_left("expired", TOO_OLD),
}
# since the first time: that is what a provider's memory of a key counts from
UNANSWERED: dict[str, Any] = {
    "may_have_left": True,
    "unanswered_at": Coalesce("unanswered_at", "sending_at"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, in the ledger's words.

    `provider_id` is the provider's own name of the mail, where its events tell no other.
    """

    state: State
    reason: str = ""
    retry_at: datetime | None = None
    attempted: bool = True
    provider_id: str = ""
