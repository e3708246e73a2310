"""When arXiv announces papers.

arXiv keeps the clock of the US East. What was submitted until 14:00 is announced at 20:00 on the
evenings from Sunday to Thursday; the feeds are rebuilt at the midnight that follows, so that they
have something new from Monday to Friday, and nothing on weekends and arXiv's holidays.

arXiv lists the holidays of each year. For years whose list is not known here, those are taken
that stand on a fixed rule; a day that is missing then only means that we ask in vain.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6

# as arXiv published them
LISTED_HOLIDAYS = {
    2026: frozenset(
        {
            date(2026, 1, 1),
            date(2026, 1, 19),
            date(2026, 6, 19),
            date(2026, 7, 3),
            date(2026, 9, 7),
            date(2026, 11, 26),
            date(2026, 12, 25),
            date(2026, 12, 29),
            date(2026, 12, 31),
        }
    ),
}


def is_announcement_day(day: date) -> bool:
    """Whether the feeds have something new on this day of the US East."""
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def last_announcement(now: datetime) -> datetime:
    """When the feeds were last rebuilt with something new, in UTC; `now` counts as past."""
    today = now.astimezone(EASTERN).date()
    return next(_announcements(today, timedelta(days=-1)))


def next_announcement(now: datetime) -> datetime:
    """When the feeds will next be rebuilt with something new, in UTC; always after `now`."""
    today = now.astimezone(EASTERN).date()
    return next(_announcements(today + timedelta(days=1), timedelta(days=1)))


def _announcements(start: date, step: timedelta) -> Iterator[datetime]:
    days = (start + step * number for number in count())
    for day in days:
        if is_announcement_day(day):
            yield datetime.combine(day, time(), EASTERN).astimezone(UTC)


@cache
def _holidays(year: int) -> frozenset[date]:
    return LISTED_HOLIDAYS.get(year) or frozenset(
        {
            _observed(date(year, 1, 1)),
            _weekday_of(year, 1, MONDAY, 3),  # Martin Luther King
            _observed(date(year, 6, 19)),
            _observed(date(year, 7, 4)),
            _weekday_of(year, 9, MONDAY, 1),  # Labor Day
            _weekday_of(year, 11, THURSDAY, 4),  # Thanksgiving
            _observed(date(year, 12, 25)),
        }
    )


def _observed(holiday: date) -> date:
    """On Friday for a Saturday, on Monday for a Sunday."""
    days = {SATURDAY: -1, SUNDAY: 1}.get(holiday.weekday(), 0)
    return holiday + timedelta(days=days)


def _weekday_of(year: int, month: int, weekday: int, number: int) -> date:
    """The third Monday of January, and the like."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
