"""Promises of `papers.sources.arxiv.announcements`."""

from datetime import UTC, date, datetime, timedelta

import pytest

from papers.sources.arxiv.announcements import (
    is_announcement_day,
    last_announcement,
    next_announcement,
)


def test_feeds_have_something_new_from_monday_to_friday() -> None:
    week = [date(2026, 4, 13) + timedelta(days=days) for days in range(7)]

    assert [is_announcement_day(day) for day in week] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("day", [(1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 31)])
def test_listed_holidays_have_none(day: tuple[int, int]) -> None:
    assert not is_announcement_day(date(2026, *day))


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 1),
        date(2027, 1, 18),  # third Monday
        date(2027, 6, 18),  # the 19th is a Saturday
        date(2027, 7, 5),  # the 4th is a Sunday
        date(2027, 9, 6),
        date(2027, 11, 25),
        date(2027, 12, 24),
    ],
)
def test_in_other_years_holidays_follow_their_rules(day: date) -> None:
    assert not is_announcement_day(day)
    assert is_announcement_day(date(2027, 12, 29))  # a Wednesday that no list names


def test_the_last_announcement_is_at_midnight_of_the_us_east() -> None:
    wednesday = datetime(2026, 4, 15, 4, tzinfo=UTC)

    assert last_announcement(wednesday) == wednesday
    assert last_announcement(wednesday - timedelta(seconds=1)) == wednesday - timedelta(days=1)


def test_weekends_are_skipped_both_ways() -> None:
    saturday = datetime(2026, 4, 18, 12, tzinfo=UTC)

    assert last_announcement(saturday) == datetime(2026, 4, 17, 4, tzinfo=UTC)
    assert next_announcement(saturday) == datetime(2026, 4, 20, 4, tzinfo=UTC)


def test_the_next_one_is_always_later() -> None:
    midnight = datetime(2026, 4, 15, 4, tzinfo=UTC)

    assert next_announcement(midnight) == datetime(2026, 4, 16, 4, tzinfo=UTC)


def test_midnight_moves_with_the_clocks_of_the_us_east() -> None:
    friday = datetime(2026, 10, 30, 12, tzinfo=UTC)

    assert last_announcement(friday).hour == 4
    assert next_announcement(friday) == datetime(2026, 11, 2, 5, tzinfo=UTC)
