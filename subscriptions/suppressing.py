"""Suppressing: an address is never mailed again, until that is lifted with a reason.

Only its keyed hash is kept. The subscriber's state follows in the same transaction.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.db import transaction
from django.db.models import QuerySet

from subscriptions import addresses, withdrawing
from subscriptions.models import Subscriber, Suppression

State = Subscriber.State
Reason = Suppression.Reason
CHUNK = 500  # addresses in one statement
SEPARATOR = re.compile(r"[,;\t]")
HASH = re.compile(r"[0-9a-f]{64}")
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")


def suppress(address: str, reason: str, now: datetime, note: str = "") -> bool:
    """False: it was suppressed already."""
    return suppress_hash(addresses.address_hash(address), reason, now, note)


def suppress_hash(address_hash: str, reason: str, now: datetime, note: str = "") -> bool:
    """As `suppress`, for an address of which only the hash is known."""
    return suppress_all([address_hash], reason, now, note) == 1


def suppress_all(hashes: Sequence[str], reason: str, now: datetime, note: str = "") -> int:
    """How many are new; a few statements for every 500."""
    new = 0
    for start in range(0, len(hashes), CHUNK):
        chunk = hashes[start : start + CHUNK]
        with transaction.atomic():
            new += len(set(chunk) - suppressed_among(chunk))
            facts = {"reason": reason, "note": note, "created_at": now}
            rows = [Suppression(address_hash=each, **facts) for each in chunk]
            Suppression.objects.bulk_create(rows, ignore_conflicts=True)
            _silence(chunk, reason)
    return new


def suppressed_among(hashes: Sequence[str]) -> set[str]:
    return {row.address_hash for rows in rows_of(hashes) for row in rows}


def rows_of(hashes: Sequence[str]) -> Iterator[QuerySet[Suppression]]:
    """At most 500 at a time."""
    for start in range(0, len(hashes), CHUNK):
        yield Suppression.objects.filter(address_hash__in=hashes[start : start + CHUNK])


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list of addresses holds: hashes, and what is wrong with other lines."""

    new: list[str]
    known: list[str]  # suppressed already
    repeated: int
    unreadable: list[tuple[int, str]]  # line number and text


def read_list(lines: Iterable[str], arguments: int = 0) -> Listing:
    """One address, or keyed hash of ours, in each line; more columns after it do not matter.

    Blank lines, those that begin with # and a heading are passed over.
    A heading is not looked for among the first so many `arguments`.
    """
    cells = [(number, SEPARATOR.split(line)[0].strip()) for number, line in enumerate(lines, 1)]
    cells = [(number, cell) for number, cell in cells if cell and not cell.startswith("#")]
    hashes = {number: hashed for number, cell in cells if (hashed := _hash_in(cell))}
    unreadable = [(number, cell) for number, cell in cells if number not in hashes]
    listed = [cell for cell in cells if cell[0] > arguments]
    if len(listed) > 1 and listed[0] in unreadable:
        unreadable.remove(listed[0])  # a heading
    different = list(dict.fromkeys(hashes.values()))
    known = suppressed_among(different)
    return Listing(
        new=[hashed for hashed in different if hashed not in known],
        known=[hashed for hashed in different if hashed in known],
        repeated=len(hashes) - len(different),
        unreadable=unreadable,
    )


def lift(suppression: Suppression, now: datetime) -> None:
    """The address may be mailed again, but only once its reader has asked for it anew.

    Doing it twice does nothing more.
    """
    with transaction.atomic():
        Suppression.objects.filter(address_hash=suppression.address_hash).delete()
        silent = Subscriber.objects.filter(
            address_hash=suppression.address_hash, state=State.SUPPRESSED
        )
        # without `confirmed_at` an old link that undoes a goodbye does not bring digests back
        silent.update(state=State.UNSUBSCRIBED, unsubscribed_at=now, confirmed_at=None)


def _silence(hashes: Sequence[str], reason: str) -> None:
    if reason == Reason.COMPLAINED:  # weighs more, whichever of the two is told first
        bounced = Suppression.objects.filter(address_hash__in=hashes, reason=Reason.BOUNCED)
        bounced.update(reason=reason)
    readers = Subscriber.objects.filter(address_hash__in=hashes).exclude(state=State.SUPPRESSED)
    withdrawing.take_back(readers)
    readers.update(state=State.SUPPRESSED)


def _hash_in(cell: str) -> str:
    """Empty when it is neither an address nor a hash."""
    if HASH.fullmatch(cell):
        return cell
    address = parseaddr(cell.strip("\"'"))[1]
    return addresses.address_hash(address) if ADDRESS.fullmatch(address) else ""
