from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from subscriptions import timing
from subscriptions.timing import Schedule

EVERY_DAY = frozenset(range(7))
BERLIN = ZoneInfo("Europe/Berlin")


def test_the_hour_is_the_readers_own() -> None:
    summer = timing.send_instant(date(2026, 7, 1), 7, BERLIN)
    winter = timing.send_instant(date(2026, 12, 1), 7, BERLIN)

    assert (summer.hour, winter.hour) == (5, 6)


def test_a_time_that_the_clock_skips_becomes_the_first_valid_instant() -> None:
    instant = timing.send_instant(date(2026, 3, 29), 2, BERLIN)

    assert instant == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert instant.astimezone(BERLIN).hour == 3


def test_a_time_that_the_clock_shows_twice_is_its_first_showing() -> None:
    instant = timing.send_instant(date(2026, 10, 25), 2, BERLIN)

    assert instant == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_the_next_instant_is_later_than_now() -> None:
    schedule = Schedule(ZoneInfo("UTC"), 7, EVERY_DAY)
    due = datetime(2026, 11, 21, 7, tzinfo=UTC)

    assert schedule.next_after(due) == datetime(2026, 11, 22, 7, tzinfo=UTC)


def test_weekdays_skip_the_weekend() -> None:
    schedule = Schedule(ZoneInfo("UTC"), 7, frozenset(range(5)))
    friday_noon = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert schedule.next_after(friday_noon) == datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_slots_between_include_both_ends() -> None:
    schedule = Schedule(ZoneInfo("UTC"), 7, EVERY_DAY)
    first, last = datetime(2026, 11, 20, 7, tzinfo=UTC), datetime(2026, 11, 22, 7, tzinfo=UTC)

    days = [slot.local_date.day for slot in schedule.slots_between(first, last)]

    assert days == [20, 21, 22]


@given(
    zone=st.sampled_from(timing.zone_names()),
    hour=st.integers(0, 23),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
)
def test_every_zone_has_exactly_one_instant_a_local_day(
    zone: str, hour: int, start: datetime
) -> None:
    schedule = Schedule(ZoneInfo(zone), hour, EVERY_DAY)

    first = schedule.next_after(start)
    second = schedule.next_after(first)

    assert start < first < second
    assert 20 <= (second - first).total_seconds() / 3600 <= 28 or "Apia" in zone


def test_a_zone_that_no_longer_exists_is_utc() -> None:
    assert timing.zone("Mars/Olympus").key == "UTC"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "UTC\0", "x" * 10_000])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="not a time zone"):
        timing.validate_zone(name)
