"""Dates as the pages print them: "Nov 24, 2023", or "Mar 19" in the year the page was saved."""

import re
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATE = rf"(?P<month>{'|'.join(MONTHS)}) (?P<day>[0-9]{{1,2}})(?:, (?P<year>[0-9]{{4}}))?"

EXPECTED = "expected one such as 'Mar 19' or 'Nov 24, 2023'"

LONGEST_WAIT_FOR_LEAP_DAY = 8  # years, as from 1896 to 1904


class DateError(ValueError):
    """The text is no date, or one after the day the page was saved."""


def is_date(text: str) -> bool:
    return re.fullmatch(DATE, text) is not None


def read_date(text: str, as_of: date) -> date:
    """The day meant by the text; without a year the latest one that is not after `as_of`."""
    found = re.fullmatch(DATE, text)
    if found is None:
        raise DateError(f"'{text}' is not a date; {EXPECTED}.")
    years = [int(found["year"])] if found["year"] else _years_back(as_of)
    month, day = MONTHS.index(found["month"]) + 1, int(found["day"])
    days = [known for year in years if (known := _day(year, month, day))]
    if not days:
        raise DateError(f"'{text}' is not a day of the calendar; {EXPECTED}.")
    latest = next((known for known in days if known <= as_of), None)
    if latest is None:
        raise DateError(f"'{text}' lies in the future; expected a day up to {as_of}.")
    return latest


def _years_back(as_of: date) -> list[int]:
    return [as_of.year - back for back in range(LONGEST_WAIT_FOR_LEAP_DAY + 1)]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
