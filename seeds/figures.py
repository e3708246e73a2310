"""Numbers of the two weeks before: invented, so that the page of numbers has something to show."""

from datetime import date, timedelta

from subscriptions.models import DayFigures

DAYS = 14
READERS = 400  # of the first day
# By how many per thousand a day is above the usual one, Monday first.
WEEK = (40, 20, 0, 10, -10, -120, -90)


def invent_figures(today: date) -> int:
    """Of each day that has none; how many. Days with figures of their own keep them."""
    days = [today - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    there = set(DayFigures.objects.filter(date__in=days).values_list("date", flat=True))
    rows = [_invented(day, place) for place, day in enumerate(days) if day not in there]
    DayFigures.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _invented(day: date, place: int) -> DayFigures:
    """The same for the same place among the days; every part fits the whole."""
    active = READERS + 9 * place
    due = active * (1000 + WEEK[day.weekday()]) // 1100
    bounced, complained = place % 3, int(place == DAYS // 2)
    sent = due - 2 - place % 4
    signed_up = 11 + place * 5 % 8
    return DayFigures(
        date=day,
        due=due,
        sent=sent,
        delivered=sent - bounced,
        bounced=bounced,
        complained=complained,
        left_after=place * 3 % 4,
        worth_yes=sent // 9 + place % 5,
        worth_no=sent // 40,
        signed_up=signed_up,
        confirmed=signed_up - 2 - place % 3,
        left=1 + place * 3 % 4,
        votes=due // 7 + place * 11 % 23,
        pending=14 + place % 5,
        active=active,
        paused=12 + place // 2,
        unsubscribed=40 + 2 * place,
        suppressed=3 + place // 4,
    )
