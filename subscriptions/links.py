"""Personal links: who may do what, proven by a MAC and stored nowhere.

A token is base64url of: 5 bytes subscriber id (of a digest's links: the digest's), 3 bytes hour of
issue (only where the link has a lifetime), and the first 10 bytes of HMAC-SHA256 over purpose, link
version and the bytes before. Raising a subscriber's `link_version` revokes every link of theirs.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Self

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from subscriptions.models import Digest, Subscriber

ID_BYTES, HOUR_BYTES, MAC_BYTES = 5, 3, 10
HOUR = timedelta(hours=1)


class Purpose(Enum):
    """What a link allows; the value is the name of its page, where it has just one.

    PREFERENCES opens all of the reader's own pages; LESS, which the page for unsubscribing offers,
    can only pause or ask for fewer digests; DIGEST shows one digest and takes what is said of it.
    """

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"
    LESS = "less"
    UNDO = "undo"
    DIGEST = "digest"

    @property
    def lifetime(self) -> timedelta | None:
        return LIFETIMES[self]


LIFETIMES = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.PREFERENCES: timedelta(days=90),
    Purpose.UNSUBSCRIBE: None,  # an old digest must still let people go
    Purpose.LESS: timedelta(days=1),
    Purpose.UNDO: timedelta(days=30),
    Purpose.DIGEST: None,  # as long as the digest is kept
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


def path(purpose: Purpose, subscriber: Subscriber, now: datetime, page: str = "") -> str:
    """The same within this site; `page` names another page than the first of that purpose."""
    return _page(page or purpose.value, token(purpose, subscriber, now))


def digest_url(digest: Digest) -> str:
    """The absolute address of that digest on the web; all it asks for lies below."""
    return settings.SITE_URL + digest_path(digest)


def digest_path(digest: Digest) -> str:
    """The same within this site. The digest comes with its subscriber."""
    claim = _Claim(digest.pk, None)
    return _page("digest", _signed(Purpose.DIGEST, digest.subscriber, claim))


def _page(name: str, token: str) -> str:
    before, after = _around_token(name)
    return f"{before}{token}{after}"


@cache
def _around_token(name: str) -> list[str]:
    """Asked once: a mail has four links, and each token looks like any other to Django."""
    return reverse(f"subscriptions:{name}", args=["TOKEN"]).split("TOKEN")


def token(purpose: Purpose, subscriber: Subscriber, now: datetime) -> str:
    claim = _Claim(subscriber.pk, _hour(now) if purpose.lifetime else None)
    return _signed(purpose, subscriber, claim)


def resolve(purpose: Purpose, token: str, now: datetime) -> Subscriber:
    """Whose link this is; raises UnknownLink or ExpiredLink. Writes nothing."""
    signed = _decoded(token)
    claim = _Claim.from_bytes(signed[:-MAC_BYTES], purpose)
    subscriber = Subscriber.objects.filter(pk=claim.row).first()
    if subscriber is None or not _is_true(purpose, subscriber, claim, signed):
        raise UnknownLink
    if claim.is_older_than(purpose.lifetime, now):
        raise ExpiredLink(subscriber)
    return subscriber


def resolve_digest(token: str) -> Digest:
    """Which digest this link shows, with subscriber and edition; raises UnknownLink."""
    signed = _decoded(token)
    claim = _Claim.from_bytes(signed[:-MAC_BYTES], Purpose.DIGEST)
    digests: QuerySet[Digest] = Digest.objects.select_related("subscriber", "edition")
    digest = digests.filter(pk=claim.row).first()
    if digest is None or not _is_true(Purpose.DIGEST, digest.subscriber, claim, signed):
        raise UnknownLink
    return digest


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a token says of itself: of which row, and when it was issued (hours since 1970)."""

    row: int
    issued: int | None

    def __bytes__(self) -> bytes:
        hour = b"" if self.issued is None else self.issued.to_bytes(HOUR_BYTES, "big")
        return self.row.to_bytes(ID_BYTES, "big") + hour

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


def _signed(purpose: Purpose, subscriber: Subscriber, claim: _Claim) -> str:
    signed = bytes(claim) + _mac(purpose, subscriber, claim)
    return urlsafe_b64encode(signed).decode().rstrip("=")


def _is_true(purpose: Purpose, subscriber: Subscriber, claim: _Claim, signed: bytes) -> bool:
    return hmac.compare_digest(_mac(purpose, subscriber, claim), signed[-MAC_BYTES:])


def _mac(purpose: Purpose, subscriber: Subscriber, claim: _Claim) -> bytes:
    said = b"%s %d " % (purpose.value.encode(), subscriber.link_version) + bytes(claim)
    return hmac.digest(settings.LINK_KEY.encode(), said, "sha256")[:MAC_BYTES]
