"""Months and weeks of the archive: half-open spans of days in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from django.utils.formats import date_format
from django.utils.translation import gettext as _

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """The days first <= day < after."""

    first: date
    after: date

    @classmethod
    def month_of(cls, day: date) -> Self:
        return cls.month(day.year, day.month)

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        return cls(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))

    @classmethod
    def week_of(cls, day: date) -> Self:
        return cls.week(*day.isocalendar()[:2])

    @classmethod
    def week(cls, year: int, week: int) -> Self:
        """By ISO 8601: from Monday; week 1 has the year's first Thursday. ValueError if none."""
        first = date.fromisocalendar(year, week, 1)
        # of the last week of 9999, adding a timedelta would raise OverflowError
        return cls(first, date.fromordinal(first.toordinal() + WEEK.days))

    @property
    def is_week(self) -> bool:
        return self.after - self.first == WEEK

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """When it begins and ends, half-open."""
        begins, ends = (datetime.combine(day, time.min, UTC) for day in (self.first, self.after))
        return begins, ends

    @property
    def key(self) -> str:
        """As in its address: 2026-11, 2026-W47."""
        if not self.is_week:
            return f"{self.first.year:04}-{self.first.month:02}"
        year, week, _ = self.first.isocalendar()
        return f"{year:04}-W{week:02}"

    @property
    def name(self) -> str:
        if not self.is_week:
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        last = self.after - timedelta(days=1)
        same_month = self.first.month == last.month
        begins = "DAY_OF_MONTH_FORMAT" if same_month else "DAY_MONTH_FORMAT"
        days = {"first": date_format(self.first, begins), "last": date_format(last, "DAY_FORMAT")}
        return _("%(first)s to %(last)s") % days

    def like(self, day: date) -> "Period":
        """The week (or month, as this one is) of that day."""
        return Period.week_of(day) if self.is_week else Period.month_of(day)
