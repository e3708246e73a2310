"""When a source is worth asking again, once it was read up to its watermark.

arXiv keeps the clock of the US East: feeds are rebuilt at midnight before each announcement day,
and what OAI-PMH tells is brought up to date about 22:30 on the evenings from Sunday to Thursday.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from papers.sources.arxiv.announcements import is_announcement_day, next_announcement

Rhythm = Callable[[datetime, str], datetime]  # (now, watermark) → when to ask again

EASTERN = ZoneInfo("America/New_York")
EVERY_DAY = frozenset(range(7))
SUNDAY_TO_THURSDAY = EVERY_DAY - {4, 5}
UNTIL_REBUILT = timedelta(minutes=15)  # a feed takes some minutes to appear everywhere
NOT_OUT_YET = timedelta(minutes=20)


def every(period: timedelta) -> Rhythm:
    return lambda now, _: now + period


def nightly(at: time, weekdays: frozenset[int] = EVERY_DAY) -> Rhythm:
    """At that time of the US East, on those days (0 is Monday)."""

    def next_night(now: datetime, _: str) -> datetime:
        today = now.astimezone(EASTERN).date()
        days = (today + timedelta(days=ahead) for ahead in range(9))
        nights = (datetime.combine(day, at, EASTERN) for day in days if day.weekday() in weekdays)
        return next(night for night in nights if night > now)

    return next_night


def after_announcements(now: datetime, watermark: str) -> datetime:
    """Soon after each announcement; every 20 minutes while today's is awaited."""
    today = now.astimezone(EASTERN).date()
    if is_announcement_day(today) and watermark < today.isoformat():
        return now + NOT_OUT_YET
    return next_announcement(now) + UNTIL_REBUILT
