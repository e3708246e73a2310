"""Whereabouts: where one subscriber's digest of today is, in one sentence for support."""

from collections.abc import Callable
from datetime import datetime

from subscriptions.models import Digest, Sending, Subscriber, Suppression
from subscriptions.models.states import State

SKIPPED = {
    "empty": "nothing new fitted",
    "expired": "it had become too old before it could leave",
    "paused": "its reader was paused when it was about to leave",
    "pending": "its reader had not confirmed when it was about to leave",
    "suppressed": "its reader was suppressed when it was about to leave",
    "unsubscribed": "its reader had unsubscribed when it was about to leave",
}


def of_todays_digest(subscriber: Subscriber, now: datetime) -> str:
    """Today is the subscriber's own date."""
    today = now.astimezone(subscriber.zone).date()
    digests = subscriber.digests.select_related("edition")
    digest = digests.filter(local_date=today).first()
    return _opened(digest, now) if digest else _unopened(subscriber, now)


def _opened(digest: Digest, now: datetime) -> str:
    tell = SENTENCES.get(State(digest.state), _waiting)
    return f"Today’s digest {tell(digest, now)}."


def _sent(digest: Digest, now: datetime) -> str:
    left = f"left at {_clock(digest.sent_at, now)}"
    ends = {
        State.SENT: "no provider has told more of it",
        State.DELIVERED: "it was delivered",
        State.BOUNCED: "it bounced",
        State.COMPLAINED: "it was reported as spam",
    }
    return f"{left}; {ends[State(digest.state)]}"


def _skipped(digest: Digest, now: datetime) -> str:  # noqa: ARG001  # as all SENTENCES
    return f"was skipped: {SKIPPED.get(digest.reason, digest.reason)}"


def _refused(digest: Digest, now: datetime) -> str:  # noqa: ARG001  # as above
    return f"was refused by the mail server: {digest.reason}"


def _failed(digest: Digest, now: datetime) -> str:  # noqa: ARG001  # as above
    return f"failed: {digest.reason}"


def _unknown(digest: Digest, now: datetime) -> str:  # noqa: ARG001  # as above
    return f"may have arrived or not ({digest.reason}): somebody has to settle it"


def _deferred(digest: Digest, now: datetime) -> str:
    next_try = f"the next attempt is at {_clock(digest.next_attempt_at, now)}"
    return f"could not be handed over yet ({digest.reason}); {_stopped(digest) or next_try}"


def _waiting(digest: Digest, now: datetime) -> str:
    why = _stopped(digest) or "a worker takes it in its turn"
    return f"waits since {_clock(digest.due_at, now)}: {why}"


SENTENCES: dict[State, Callable[[Digest, datetime], str]] = {
    State.SENT: _sent,
    State.DELIVERED: _sent,
    State.BOUNCED: _sent,
    State.COMPLAINED: _sent,
    State.SKIPPED: _skipped,
    State.REFUSED: _refused,
    State.FAILED: _failed,
    State.UNKNOWN: _unknown,
    State.UNRESOLVED: _unknown,
    State.DEFERRED: _deferred,
}


def _stopped(digest: Digest) -> str:
    if pause := Sending.objects.first():
        return f"all sending is {pause}"
    held = digest.edition.held
    return f"its edition is held: {digest.edition.hold_reason or 'no reason given'}" if held else ""


def _unopened(subscriber: Subscriber, now: datetime) -> str:
    kept = Suppression.objects.filter(address_hash=subscriber.address_hash).first()
    if kept:
        since = _clock(kept.created_at, now)
        return f"No digest: suppressed since {since}, {kept.get_reason_display()}."
    return f"No digest{ABSENCES[Subscriber.State(subscriber.state)](subscriber, now)}."


def _planned(subscriber: Subscriber, now: datetime) -> str:
    at = subscriber.next_send_at
    if at is None or at <= now:
        return " yet: it is due, and the next tick opens it"
    there = at.astimezone(subscriber.zone)
    when = f"{there:%A %Y-%m-%d %H:%M} there, {at:%H:%M} UTC"
    wish = subscriber.get_frequency_display()
    return f" yet today: the next one is due on {when} ({wish})"


ABSENCES: dict[Subscriber.State, Callable[[Subscriber, datetime], str]] = {
    Subscriber.State.PENDING: lambda one, now: (
        f": not confirmed, asked for at {_clock(one.created_at, now)}"
    ),
    Subscriber.State.ACTIVE: _planned,
    Subscriber.State.PAUSED: lambda one, now: f": paused until {_clock(one.paused_until, now)}",
    Subscriber.State.UNSUBSCRIBED: lambda one, now: (
        f": unsubscribed at {_clock(one.unsubscribed_at, now)}"
    ),
    Subscriber.State.SUPPRESSED: lambda _one, _now: ": suppressed",
}


def _clock(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "an unknown time"
    return f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"
