"""Personal links: who may do what, proven by a MAC and stored nowhere.

A token is base64url of: 5 bytes subscriber id, 3 bytes hour of issue (only where the link has a
lifetime), and the first 10 bytes of HMAC-SHA256 over purpose, link version and the bytes before.
Raising a subscriber's `link_version` revokes every link of theirs.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Self

from django.conf import settings
from django.urls import reverse

from subscriptions.models import Subscriber

ID_BYTES, HOUR_BYTES, MAC_BYTES = 5, 3, 10
HOUR = timedelta(hours=1)


class Purpose(Enum):
    """What a link allows; the value is the name of its page."""

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"
    UNDO = "undo"

    @property
    def lifetime(self) -> timedelta | None:
        return LIFETIMES[self]


LIFETIMES = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.PREFERENCES: timedelta(days=90),
    Purpose.UNSUBSCRIBE: None,  # an old digest must still let people go
    Purpose.UNDO: timedelta(days=30),
}


class UnknownLink(Exception):  # noqa: N818  # a fact about the link, not a fault of ours
    """Mangled, foreign, of another purpose, or revoked: nobody learns which."""


class ExpiredLink(Exception):  # noqa: N818  # as UnknownLink
    """A true link that is too old."""

    def __init__(self, subscriber: Subscriber) -> None:
        super().__init__("This link is too old.")
        self.subscriber = subscriber


def url(purpose: Purpose, subscriber: Subscriber, now: datetime) -> str:
    """The absolute address of the subscriber's page for that purpose."""
    return settings.SITE_URL + path(purpose, subscriber, now)


def path(purpose: Purpose, subscriber: Subscriber, now: datetime) -> str:
    """The same within this site."""
    return reverse(f"subscriptions:{purpose.value}", args=[token(purpose, subscriber, now)])


def token(purpose: Purpose, subscriber: Subscriber, now: datetime) -> str:
    claim = _Claim(subscriber.pk, _hour(now) if purpose.lifetime else None)
    signed = bytes(claim) + _mac(purpose, subscriber, claim)
    return urlsafe_b64encode(signed).decode().rstrip("=")


def resolve(purpose: Purpose, token: str, now: datetime) -> Subscriber:
    """Whose link this is; raises UnknownLink or ExpiredLink. Writes nothing."""
    signed = _decoded(token)
    claim = _Claim.from_bytes(signed[:-MAC_BYTES], purpose)
    subscriber = Subscriber.objects.filter(pk=claim.subscriber_id).first()
    if subscriber is None:
        raise UnknownLink
    if not hmac.compare_digest(_mac(purpose, subscriber, claim), signed[-MAC_BYTES:]):
        raise UnknownLink
    if claim.is_older_than(purpose.lifetime, now):
        raise ExpiredLink(subscriber)
    return subscriber


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a token says of itself: for whom, and when it was issued (hours since 1970)."""

    subscriber_id: int
    issued: int | None

    def __bytes__(self) -> bytes:
        hour = b"" if self.issued is None else self.issued.to_bytes(HOUR_BYTES, "big")
        return self.subscriber_id.to_bytes(ID_BYTES, "big") + hour

    @classmethod
    def from_bytes(cls, told: bytes, purpose: Purpose) -> Self:
        if len(told) != ID_BYTES + (HOUR_BYTES if purpose.lifetime else 0):
            raise UnknownLink
        issued = int.from_bytes(told[ID_BYTES:], "big") if purpose.lifetime else None
        return cls(int.from_bytes(told[:ID_BYTES], "big"), issued)

    def is_older_than(self, lifetime: timedelta | None, now: datetime) -> bool:
        if lifetime is None or self.issued is None:
            return False
        return (_hour(now) - self.issued) * HOUR > lifetime


def _hour(now: datetime) -> int:
    return (now - datetime(1970, 1, 1, tzinfo=UTC)) // HOUR


def _decoded(token: str) -> bytes:
    """The bytes of a token written in the one accepted way."""
    try:
        signed = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, NotBase64) as error:
        raise UnknownLink from error
    # Python's decoder skips what is not in its alphabet, so a token must also read back the same.
    if urlsafe_b64encode(signed).decode().rstrip("=") != token:
        raise UnknownLink
    return signed


def _mac(purpose: Purpose, subscriber: Subscriber, claim: _Claim) -> bytes:
    said = b"%s %d " % (purpose.value.encode(), subscriber.link_version) + bytes(claim)
    return hmac.new(settings.LINK_KEY.encode(), said, sha256).digest()[:MAC_BYTES]
