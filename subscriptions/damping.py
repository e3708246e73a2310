"""How much of the votes given here counts for trending: all, but for a rush of new readers.

Who wants to buy a place subscribes many times and votes at once. So of the votes that a paper gets
from new readers on one day (UTC), the first two count whole, and n more as much as the square root
of n: three votes count 3, and fifty count 9. Spread over all the days on which they are new, those
fifty still count less than 20. More votes always count more, so that on a young site, where
everybody is new, papers of one day stand in the order that they would have had.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from math import sqrt

NEW_FOR = timedelta(days=7)  # since confirming
WHOLE = 2  # votes of new readers for one paper on one day; a third counts 1 as well


def is_new(confirmed_at: datetime | None, given_at: datetime) -> bool:
    """Whether who confirmed then was a new reader when the vote was given."""
    return confirmed_at is None or given_at - confirmed_at < NEW_FOR


def damped(votes: int) -> float:
    """What so many votes of new readers count, for one paper on one day."""
    return votes if votes <= WHOLE else WHOLE + sqrt(votes - WHOLE)


def damped_hours(hours: Iterable[tuple[datetime, int, int]]) -> Iterator[tuple[datetime, float]]:
    """What the votes of an hour count, for the hours in which that is less than all of them.

    `hours`: when (UTC), all votes of one paper, those of new readers among them; in order.
    """
    given: Counter[date] = Counter()
    for hour, votes, of_new in hours:
        day = hour.date()
        earlier = damped(given[day])
        given[day] += of_new
        counting = votes - of_new + (damped(given[day]) - earlier)
        if counting != votes:
            yield hour, counting
