"""Values in a service's JSON, where any may be missing, null, or of another kind.

What is not as expected is taken as not said: a source that leaves a fact out erases nothing.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from papers.naming import tidy

LARGEST_COUNT = 2**31 - 1  # what a column of whole numbers holds
LONGEST_ADDRESS = 500
URL = URLValidator(schemes=["http", "https"])


def part(entry: object, key: str) -> dict[str, Any]:
    """The object under this key, or an empty one."""
    value = entry.get(key) if isinstance(entry, Mapping) else None
    return value if isinstance(value, dict) else {}


def entries(entry: Mapping[str, Any], key: str) -> list[Any]:
    value = entry.get(key)
    return value if isinstance(value, list) else []


def text(entry: Mapping[str, Any], *keys: str) -> str:
    """The first of these keys that holds words, tidied; else ""."""
    values = (entry.get(key) for key in keys)
    tidied = (tidy(value) for value in values if isinstance(value, str))
    return next(filter(None, tidied), "")


def texts(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    tidied = (tidy(value) for value in entries(entry, key) if isinstance(value, str))
    return tuple(filter(None, tidied))


def whole(entry: Mapping[str, Any], key: str) -> int | None:
    """A count; None where none is said, which is not 0."""
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= LARGEST_COUNT else None


def day(entry: Mapping[str, Any], key: str) -> date | None:
    """The day, in UTC, of a date or of a moment."""
    found = moment(entry, key)
    return found.date() if found else None


def moment(entry: Mapping[str, Any], key: str) -> datetime | None:
    """In UTC, which is also what a time without a zone is taken for."""
    try:
        found = datetime.fromisoformat(text(entry, key))
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):  # OverflowError: a zone that leads out of the calendar
        return None


def address(entry: Mapping[str, Any], key: str) -> str:
    """An address of the web that a page may link to, or ""."""
    value = text(entry, key)
    return value if is_address(value) else ""


def is_address(value: str) -> bool:
    try:
        URL(value)
    except ValidationError:
        return False
    return len(value) <= LONGEST_ADDRESS
