"""How long we wait and how often we ask again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = 24 * 3600.0  # a service that says a year is asked again tomorrow


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds, sizes in bytes.

    A service that asks for more than `longest_wait` is left alone at once. `deadline` is for one
    attempt with its redirects, however slowly its bytes come; after `give_up` none is begun.
    """

    attempts: int = 4
    first_wait: float = 1.0
    longest_wait: float = 60.0
    give_up: float = 180.0
    connect: float = 10.0
    read: float = 20.0
    deadline: float = 60.0
    largest_body: int = 64 * 1024 * 1024


def seconds_to_wait(retry_after: str, now: datetime) -> float | None:
    """What a Retry-After header asks for, in seconds or until a date; None if it says nothing."""
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # OverflowError: a zone of twenty digits
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)
