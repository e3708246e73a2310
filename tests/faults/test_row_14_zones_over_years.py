"""Row 14: two years in every zone, and one digest a local day, whatever the clocks do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from papers.models import Edition
from subscriptions import timing
from subscriptions.digests.due import due_slots, open_due_digests
from subscriptions.models import Digest, Subscriber
from subscriptions.timing import DAY, Schedule
from tests.factories import EditionFactory
from tests.faults.matrix import LONG, Drill

pytestmark = pytest.mark.row(14)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
EVERY_DAY = frozenset(range(7))
TICK = timedelta(minutes=1)
ZONES = sorted(available_timezones())
SPRING = (datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 4, 8, tzinfo=UTC))  # half the world
BOTH_YEARS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


def test_there_are_hundreds_of_zones() -> None:
    assert len(ZONES) > 550


@pytest.mark.parametrize("hour", [0, 2, 23])
def test_every_local_day_of_two_years_has_one_instant(hour: int) -> None:
    start, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 2028))
    days = [FIRST + DAY * number for number in range((LAST - FIRST).days + 1)]
    for name in ZONES:
        slots = Schedule(timing.zone(name), hour, EVERY_DAY).slots_between(
            start - 2 * DAY, end + 2 * DAY
        )
        found = [slot.local_date for slot in slots if FIRST <= slot.local_date <= LAST]
        assert found == days, name
        assert all(a.due_at < b.due_at for a, b in pairwise(slots)), name


@pytest.mark.parametrize(
    ("frequency", "weekdays"),
    [("daily", range(7)), ("weekdays", range(5)), ("weekly", [6])],  # clocks change on Sundays
)
def test_around_every_change_of_the_clock_the_tick_opens_one_digest_a_day(
    frequency: str, weekdays: list[int]
) -> None:
    for name in ZONES:
        for change in changes(name):
            for hour in hours_around(name, change):
                reader = Subscriber(
                    timezone=name, send_hour=hour, frequency=frequency, weekday=weekdays[-1]
                )
                assert_one_a_day(reader, change, set(weekdays))


@pytest.mark.django_db
def test_in_the_ledger_every_reader_has_one_digest_a_local_day(drill: Drill) -> None:
    since, until = BOTH_YEARS if LONG else SPRING
    everybody = [reader_in(name, number % 24) for number, name in enumerate(ZONES)]
    for reader in everybody:
        reader.next_send_at = reader.next_send_after(since)
    Subscriber.objects.bulk_create(everybody)

    live(since, until, EditionFactory.create())

    told: dict[int, list[date]] = {reader.pk: [] for reader in everybody}
    for pk, day in Digest.objects.order_by("due_at").values_list("subscriber", "local_date"):
        told[pk].append(day)
    due = {reader.pk: promised(reader, since, until) for reader in everybody}
    lost = sum(len(set(due[pk]) - set(told[pk])) for pk in due)
    twice = sum(len(told[pk]) - len(set(told[pk])) for pk in due)
    drill.told(trials=sum(map(len, due.values())), lost=lost, duplicated=twice)
    assert told == due


def reader_in(name: str, hour: int) -> Subscriber:
    """Not saved yet."""
    address = f"{name.replace('/', '-')}@example.com"
    hashes = {"address_hash": address, "mailbox_hash": address}
    return Subscriber(email=address, state="active", timezone=name, send_hour=hour, **hashes)


def live(since: datetime, until: datetime, edition: Edition) -> None:
    """Ticks, each in the minute after the next reader is due."""
    while (
        due := Subscriber.objects.filter(next_send_at__lte=until).order_by("next_send_at").first()
    ):
        assert due.next_send_at
        assert due.next_send_at >= since
        open_due_digests(due.next_send_at + TICK, edition, len(ZONES))


def promised(reader: Subscriber, since: datetime, until: datetime) -> list[date]:
    """One for each local day whose instant lies in between, told without the schedule's help."""
    zone, days = ZoneInfo(reader.timezone), (until - since).days
    first = since.astimezone(zone).date() - DAY
    span = [first + DAY * number for number in range(days + 3)]
    walls = [(day, datetime(day.year, day.month, day.day, reader.send_hour)) for day in span]  # noqa: DTZ001  # what a clock on a wall shows
    instants = [(day, after_the_gap(wall, zone)) for day, wall in walls]
    return [day for day, instant in instants if since < instant <= until]


def after_the_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """When that wall's clock first shows that time or a later one, to the minute."""
    instant = wall.replace(tzinfo=zone).astimezone(UTC) - 2 * timedelta(hours=1)
    while instant.astimezone(zone).replace(tzinfo=None) < wall:
        instant += TICK
    return instant


def assert_one_a_day(reader: Subscriber, change: datetime, weekdays: set[int]) -> None:
    """As the tick does it, a minute late each time, from four days before to four days after."""
    now, opened = change - 4 * DAY, []
    reader.next_send_at = reader.next_send_after(now)
    while reader.next_send_at < change + 4 * DAY:
        now = reader.next_send_at + TICK
        opened += [slot.local_date for slot in due_slots(reader, now)]
        reader.next_send_at = reader.next_send_after(now)
    span = [opened[0] + DAY * number for number in range((opened[-1] - opened[0]).days + 1)]
    wanted = [day for day in span if day.weekday() in weekdays]
    assert opened == wanted, (reader.timezone, reader.send_hour, change)
    assert len(wanted) >= (7 if len(weekdays) == 7 else 1)


@cache
def changes(name: str) -> list[datetime]:
    """The hours in which that zone's clock changes within the two years."""
    return list(_changes(ZoneInfo(name)))


def _changes(zone: ZoneInfo) -> Iterator[datetime]:
    at, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    while at < end:
        later = at + DAY
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            hours = (at + timedelta(hours=number) for number in range(1, 25))
            offset = at.astimezone(zone).utcoffset()
            yield next(hour for hour in hours if hour.astimezone(zone).utcoffset() != offset)
        at = later


def hours_around(name: str, change: datetime) -> set[int]:
    """From two hours before to two hours after, and both ends of the day."""
    local = change.astimezone(ZoneInfo(name)).hour
    return {0, 23, *((local + offset) % 24 for offset in range(-2, 3))}
