"""The tick's way in: all orders whose time has come, each by one process at a time."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from papers.importing.run import run_imports
from papers.models import ScheduledIngest
from papers.pace import shared_web
from papers.schedule.orders import ORDERS, Clock
from papers.schedule.reading import Ended, carry_out
from papers.sources.web import Web


def run_due(
    clock: Clock, until: datetime, connect: Callable[[], Web] = shared_web
) -> tuple[Ended, ...]:
    """Carry out what is due until the time is up, which one answer may outlast.

    What is left over is found by the next call. Returns what there is to tell. What an editor asked
    for by hand comes first, and also where nothing is asked by itself.
    """
    run_imports(clock, until, connect)
    if not settings.INGEST_SCHEDULED:
        return ()
    told: list[Ended] = []
    with connect() as web:
        while clock() < until and (row := _take(clock())):
            told.append(carry_out(ORDERS[row.source], row, web, clock, until))
    return tuple(ended for ended in told if not ended.idle)


def _take(now: datetime) -> ScheduledIngest | None:
    rows = ScheduledIngest.objects.due(now).filter(source__in=ORDERS)
    return next((row for row in rows if row.lease(now)), None)
