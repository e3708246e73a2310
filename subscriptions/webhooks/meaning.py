"""What an event of anymail's means for us.

Anymail does not tell a bounce for good from one for now. Who does, in this order: the server's
enhanced status code where it speaks of a policy, the provider's own word, the status code, and
anymail's reason. Where none does, it is for now: nobody is silenced by a guess.
"""

import re
from collections.abc import Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from subscriptions.models import ProviderEvent

Kind = ProviderEvent.Kind

# Our mails ask for no tracking of their readers; what comes all the same is not kept.
UNWANTED = {EventType.OPENED, EventType.CLICKED}
KINDS = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
}
# The provider did not even try: it keeps suppressions of its own, which we mirror.
REFUSED = {
    RejectReason.BOUNCED: Kind.HARD_BOUNCE,
    RejectReason.INVALID: Kind.HARD_BOUNCE,
    RejectReason.SPAM: Kind.COMPLAINED,
    RejectReason.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
}
BOUNCED = {
    RejectReason.BOUNCED: Kind.HARD_BOUNCE,
    RejectReason.INVALID: Kind.HARD_BOUNCE,
    RejectReason.SPAM: Kind.BLOCKED,  # our mail was taken for spam, by a filter
    RejectReason.BLOCKED: Kind.BLOCKED,
}
WORDS = {
    "soft": Kind.SOFT_BOUNCE,
    "transient": Kind.SOFT_BOUNCE,
    "undetermined": Kind.SOFT_BOUNCE,
    "block": Kind.BLOCKED,
    "hard": Kind.HARD_BOUNCE,
    "permanent": Kind.HARD_BOUNCE,
}
STATUS = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")  # RFC 3463: class, subject, detail
POLICY = "7"
NO_SUCH_MAILBOX = {("5", "0"), ("5", "1")}
MAILBOX_DISABLED = ("5", "2", "1")


def kind_of(event: AnymailTrackingEvent) -> Kind | None:
    """None: not to be kept."""
    if event.event_type in UNWANTED:
        return None
    if event.event_type == EventType.BOUNCED:
        return _bounce(event)
    if event.event_type == EventType.FAILED:
        return _bounce(event) if _status(event) else Kind.BLOCKED
    if event.event_type == EventType.REJECTED:
        return REFUSED.get(event.reject_reason, Kind.BLOCKED)
    return KINDS.get(event.event_type, Kind.OTHER)


def words_of(event: AnymailTrackingEvent) -> str:
    """What the provider says of it, for people."""
    parts = [event.description, event.mta_response, _own_words(event)]
    return "; ".join(str(part) for part in parts if part)


def _status(event: AnymailTrackingEvent) -> tuple[str, ...]:
    """Its parts; empty when no server told one."""
    found = STATUS.search(words_of(event))
    return found.groups() if found else ()


def _bounce(event: AnymailTrackingEvent) -> Kind:
    code = _status(event)
    if code[1:2] == (POLICY,):
        return Kind.BLOCKED
    own = f"{_own_words(event)} {event.description or ''}".lower()
    named = next((kind for word, kind in WORDS.items() if word in own), None)
    return named or _by_status(code) or BOUNCED.get(event.reject_reason, Kind.SOFT_BOUNCE)


def _by_status(code: tuple[str, ...]) -> Kind | None:
    if not code:
        return None
    for_good = code[:2] in NO_SUCH_MAILBOX or code == MAILBOX_DISABLED
    return Kind.HARD_BOUNCE if for_good else Kind.SOFT_BOUNCE


def _own_words(event: AnymailTrackingEvent) -> str:
    """How the provider itself names a bounce, wherever it keeps that."""
    told: Mapping[str, Any] = event.esp_event or {}
    if told.get("hard_bounce") is False:  # Mailjet
        return "soft"
    payload = told.get("payload")
    if isinstance(payload, Mapping) and "bounce" in payload:
        return "undetermined"  # Postal: a mail came back, and what it says is not told
    data = told.get("data")  # Resend
    bounce = data.get("bounce") if isinstance(data, Mapping) else None
    inner = bounce.get("type") if isinstance(bounce, Mapping) else None
    names = [told.get(name) for name in ("event", "Type", "type", "status")]
    return " ".join(str(name) for name in [*names, inner] if isinstance(name, str))
