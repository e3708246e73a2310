"""When a digest is due: a wall-clock hour in a zone, turned into instants in UTC.

A time that the clock shows twice is its first showing (fold=0); one that the clock skips is the
first valid instant after it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Clock = Callable[[], datetime]  # what work of some length asks for the time, in UTC

DAY = timedelta(days=1)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One promised digest: the local date it belongs to and the instant it is due."""

    local_date: date
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """A wish: this hour (0 to 23) on these weekdays (0 is Monday) in this zone."""

    zone: ZoneInfo
    hour: int
    weekdays: frozenset[int]

    def slot(self, local_date: date) -> Slot:
        return Slot(local_date, send_instant(local_date, self.hour, self.zone))

    def slots_from(self, local_date: date) -> Iterator[Slot]:
        """Every slot on `local_date` and after, in order."""
        while True:
            if local_date.weekday() in self.weekdays:
                yield self.slot(local_date)
            local_date += DAY

    def next_after(self, now: datetime) -> datetime:
        """The first send instant later than `now`."""
        yesterday = now.astimezone(self.zone).date() - DAY
        return next(slot.due_at for slot in self.slots_from(yesterday) if slot.due_at > now)

    def slots_between(self, since: datetime, until: datetime) -> list[Slot]:
        """The slots with since <= due_at <= until."""
        slots: list[Slot] = []
        for slot in self.slots_from(since.astimezone(self.zone).date() - DAY):
            if slot.due_at > until:
                return slots
            if slot.due_at >= since:
                slots.append(slot)
        return slots


def send_instant(local_date: date, hour: int, zone_: ZoneInfo) -> datetime:
    """That hour of that local day, in UTC."""
    wall = datetime.combine(local_date, time(hour), tzinfo=zone_)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone_).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _end_of_gap(wall)


def _end_of_gap(wall: datetime) -> datetime:
    # A skipped wall time, read with the later offset (fold=1), lies before the change, and read
    # with the earlier one (fold=0) after it: the change itself is found between the two.
    before = wall.replace(fold=1).astimezone(UTC)
    after = wall.replace(fold=0).astimezone(UTC)
    offset = before.astimezone(wall.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(wall.tzinfo).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC for one that no longer exists."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@cache
def zone_names() -> tuple[str, ...]:
    """The zones that people choose from: today's places (no older names of them), and UTC."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return ("UTC", *sorted(available_timezones().intersection(row[2] for row in rows)))


def is_zone(name: str) -> bool:
    """Whether it still exists, if only as an older name of another one."""
    return name in _all_names()


@cache
def _all_names() -> frozenset[str]:
    return frozenset(available_timezones())


def validate_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose one from the list, such as Europe/Berlin.")
            % {"name": name}
        )
