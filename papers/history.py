"""Votes over time: a paper's votes of all sources, day by day, and the line they draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db.models import Sum
from django.db.models.functions import TruncDate

from papers.models import Paper, Signal

WIDTH, HEIGHT = 600, 160  # of the picture, in its own units
EDGE = 8  # left free above the line
DAYS_SHOWN = 60  # in the table


@dataclass(frozen=True, slots=True)
class Day:
    """The votes that came on a day, and all up to its end."""

    day: date
    new: int
    total: int


@dataclass(frozen=True, slots=True)
class History:
    """The days on which votes came, oldest first; at least two."""

    days: Sequence[Day]

    @property
    def first(self) -> Day:
        return self.days[0]

    @property
    def last(self) -> Day:
        return self.days[-1]

    @property
    def latest(self) -> list[Day]:
        """What the table shows, newest first."""
        return list(self.days[: -DAYS_SHOWN - 1 : -1])

    @property
    def points(self) -> list[tuple[int, int]]:
        """Where the line passes, from the left: level until a day with votes, and there up."""
        starts = [self._across(each.day) for each in self.days]
        return [
            (x, self._up(each.total))
            for each, *ends in zip(self.days, starts, [*starts[1:], WIDTH], strict=True)
            for x in ends
        ]

    def _across(self, day: date) -> int:
        """Where that day begins; all are equally wide."""
        days = (self.last.day - self.first.day).days + 1
        return round(WIDTH * (day - self.first.day).days / days)

    def _up(self, total: int) -> int:
        return HEIGHT - round((HEIGHT - EDGE) * total / max(self.last.total, 1))

    @property
    def line(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.points)

    @property
    def area(self) -> str:
        """The line, closed along the bottom."""
        return f"0,{HEIGHT} {self.line} {WIDTH},{HEIGHT}"


def history_of(paper: Paper) -> History | None:
    """None where there are votes of fewer than two days, which draw no line."""
    rows = (
        Signal.objects.filter(paper=paper, kind=Signal.Kind.VOTES)
        .order_by()
        .annotate(day=TruncDate("observed_at"))
        .values_list("day")
        .annotate(new=Sum("growth"))
        .order_by("day")
    )
    days = list(_days(rows))
    return History(days) if len(days) > 1 else None


def _days(rows: Iterable[tuple[date, int]]) -> Iterable[Day]:
    rows = list(rows)
    totals = accumulate(new for _, new in rows)
    return (Day(day, new, total) for (day, new), total in zip(rows, totals, strict=True))
