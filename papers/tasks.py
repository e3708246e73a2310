"""Celery tasks are wake-ups: they carry nothing, and may run zero, one or seven times."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

WORKING_TIME = timedelta(seconds=50)  # then the next tick's wake-up goes on

# One answer may outlast the working time, its retries included. Both stay below the broker's
# visibility timeout of 600 s, and so below the lease.
SOFT_TIME_LIMIT = 480
TIME_LIMIT = 540


# A whole import of 10,000 papers, at a hundred in three seconds: an editor waits for it.
IMPORTING_TIME = timedelta(seconds=420)


@shared_task(soft_time_limit=SOFT_TIME_LIMIT, time_limit=TIME_LIMIT)
def ingest_due() -> None:
    from papers.schedule.run import run_due  # noqa: PLC0415  # not in processes that serve pages

    run_due(timezone.now, until=timezone.now() + WORKING_TIME)


@shared_task(soft_time_limit=SOFT_TIME_LIMIT, time_limit=TIME_LIMIT)
def carry_on_imports() -> None:
    from papers.importing.run import run_imports  # noqa: PLC0415  # as above

    run_imports(timezone.now, until=timezone.now() + IMPORTING_TIME)
