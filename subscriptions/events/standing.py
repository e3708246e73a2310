"""Where an event leaves its mail: the gravest of them all counts, in whatever order they come.

complained > bounced for good > blocked > bounced for now > delivered > sent
"""

from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now

from subscriptions.models import Digest, Notice, ProviderEvent
from subscriptions.models.states import BOUNCED_FOR_GOOD, HANDED_OVER, State

Kind = ProviderEvent.Kind
Mail = Digest | Notice

# From the lightest to the gravest: the state, and the reason by which bounces differ.
STANDINGS: dict[str, tuple[State, str]] = {
    Kind.DELIVERED: (State.DELIVERED, ""),
    Kind.SOFT_BOUNCE: (State.BOUNCED, "bounced for now"),
    Kind.BLOCKED: (State.BOUNCED, "blocked by a policy"),
    Kind.HARD_BOUNCE: (State.BOUNCED, BOUNCED_FOR_GOOD),
    Kind.COMPLAINED: (State.COMPLAINED, ""),
}


def is_being_sent(mail: Mail) -> bool:
    """Its worker is about to write how that ended; before, there is nothing to add to."""
    if mail.state in HANDED_OVER:  # and stays so
        return False
    rows = type(mail).objects.filter(pk=mail.pk, state=State.SENDING)
    return rows.filter(lease_until__gte=Now()).exists()


def settle(mail: Mail, kind: str, now: datetime) -> str:
    """Write what the event says of its mail; in words, what that changed."""
    left = _left(mail, now)
    moved = kind in STANDINGS and _worsened(mail, kind)
    if moved:
        return State(STANDINGS[kind][0]).label
    return "settled as sent" if left else "nothing new"


def _left(mail: Mail, now: datetime) -> bool:
    """An event proves that the mail left, whatever we thought."""
    if mail.state in HANDED_OVER:
        return False
    # a claimed one is about to be sent again: its worker finds that it is no longer its own
    unsure = Q(
        state__in=[State.UNKNOWN, State.UNRESOLVED, State.DEFERRED, State.READY, State.CLAIMED]
    )
    silent = Q(state=State.SENDING, lease_until__lt=Now())
    rows = type(mail).objects.filter(unsure | silent, pk=mail.pk, sending_at__isnull=False)
    settled = rows.update(
        state=State.SENT,
        reason="",
        sent_at=Coalesce(F("sending_at"), Value(now)),
        owner="",
        lease_until=None,
        next_attempt_at=None,
    )
    return settled == 1


def _worsened(mail: Mail, kind: str) -> bool:
    state, reason = STANDINGS[kind]
    graver = [standing for other, standing in STANDINGS.items() if _rank(other) >= _rank(kind)]
    lighter = type(mail).objects.filter(pk=mail.pk, state__in=HANDED_OVER)
    for its_state, its_reason in graver:
        lighter = lighter.exclude(state=its_state, reason=its_reason)
    return lighter.update(state=state, reason=reason) == 1


def _rank(kind: str) -> int:
    return list(STANDINGS).index(kind)
