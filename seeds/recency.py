"""How old the demonstration's papers are, so that today's edition is full whenever it is loaded."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import cycle

DAY = timedelta(days=1)

# Counted from the start of the day and one day short of an edition's window, so that these are
# within the window at every hour of the day.
RECENT_PAPERS = 70
RECENT_SPAN = 6 * DAY

OLDER_PAPERS_PER_DAY = (4, 6, 3, 5)


def start_of_day(now: datetime) -> datetime:
    """Midnight in UTC: what is dated from it stays the same all day."""
    return datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC)


def ages() -> Iterator[timedelta]:
    """Before the start of today, newest first, without end."""
    for place in range(1, RECENT_PAPERS + 1):
        yield RECENT_SPAN * place / (RECENT_PAPERS + 1)
    age = RECENT_SPAN
    for papers in cycle(OLDER_PAPERS_PER_DAY):
        yield from (age + DAY * place / (papers + 1) for place in range(1, papers + 1))
        age += DAY
