"""The editions of the two weeks before, for the archive and for readers' previews."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from papers import editions
from papers.models import Edition
from seeds.recency import DAY, start_of_day

DAYS = 14


def build_past_editions(came_in: Collection[datetime], now: datetime) -> int:
    """Of each day that has none, if papers came in for it; how many were built.

    Each is frozen in its first hour, with the votes of then on its cards, and stays. Its order is
    by what has become of its papers since.
    """
    moments = [_first_hour(now, days_ago) for days_ago in range(DAYS, 0, -1)]
    there = set(Edition.objects.filter(date__gte=moments[0].date()).values_list("date", flat=True))
    missing = [moment for moment in moments if moment.date() not in there]
    wanted = [moment for moment in missing if _covers_any(moment, came_in)]
    with transaction.atomic():
        for moment in wanted:
            editions.frozen_edition(moment)
    return len(wanted)


def _first_hour(now: datetime, days_ago: int) -> datetime:
    return start_of_day(now) - days_ago * DAY + timedelta(hours=settings.EDITION_HOUR)


def _covers_any(moment: datetime, came_in: Collection[datetime]) -> bool:
    since = moment - timedelta(days=settings.EDITION_WINDOW_DAYS)
    return any(since <= each < moment for each in came_in)
