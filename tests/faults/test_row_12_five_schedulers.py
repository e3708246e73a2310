"""Row 12: five schedulers tick at once through a day; each edition and each digest comes once.

The clock is moved, and all five see the same instant; the processes and the database are real.
"""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import django
import pytest

from tests.faults.ledger import Ledger
from tests.faults.matrix import Drill
from tests.installation import new_installation

pytestmark = [pytest.mark.postgresql, pytest.mark.row(12)]
SCHEDULERS = 5
DAY = timedelta(hours=24)
TOGETHER = 300  # seconds that the fastest waits for the slowest
UNEXPLAINED = "SELECT id FROM subscriptions_digest WHERE state NOT IN ('sent', 'skipped')"
SENT = "SELECT count(*) FROM subscriptions_digest WHERE state = 'sent'"
OVERDUE = (
    "SELECT id FROM subscriptions_subscriber WHERE state = 'active' AND next_send_at <= '{now}'"
)
EDITIONS = "SELECT id FROM papers_edition WHERE date = '{now:%Y-%m-%d}'"


def test_five_schedulers_make_each_edition_and_each_digest_once(
    tmp_path: Path, drill: Drill
) -> None:
    step = timedelta(minutes=drill.trials(short=120, long=1))
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    with new_installation(tmp_path) as installation:
        installation.manage("seed", "--subscribers", str(drill.readers(short=60)))

        codes = _tick_through_the_day(installation.environment, midnight, step)

        ledger = Ledger(installation.environment["DATABASE_URL"])
        copies = Counter(str(mail["Message-ID"]) for mail in installation.sink.messages())
        overdue = ledger.ask(OVERDUE.format(now=midnight + DAY - step))
        unexplained = ledger.ask(UNEXPLAINED)
        [[sent]] = ledger.ask(SENT)
        lost = len(overdue) + len(unexplained) + sent - len(copies)
        drill.told(trials=DAY // step, lost=lost, duplicated=copies.total() - len(copies))

        assert codes == [0] * SCHEDULERS
        assert len(ledger.ask(EDITIONS.format(now=midnight))) == 1
        assert lost == 0
        assert len(copies) == sent > 0
        assert set(copies.values()) == {1}


def _tick_through_the_day(
    environment: dict[str, str], midnight: datetime, step: timedelta
) -> list[int | None]:
    """How each of the processes ended."""
    processes = get_context("spawn")
    barrier = processes.Barrier(SCHEDULERS)
    told = (environment, barrier, midnight, step)
    schedulers = [processes.Process(target=_schedule, args=told) for _ in range(SCHEDULERS)]
    for scheduler in schedulers:
        scheduler.start()
    for scheduler in schedulers:
        scheduler.join()
    return [scheduler.exitcode for scheduler in schedulers]


def _schedule(
    environment: dict[str, str], barrier: Barrier, midnight: datetime, step: timedelta
) -> None:
    """One scheduler, in a process of its own."""
    os.environ.clear()
    os.environ.update(environment)
    django.setup()
    from subscriptions.tick import tick  # noqa: PLC0415  # Django must be set up before

    for number in range(DAY // step):
        now = midnight + number * step
        barrier.wait(TOGETHER)
        tick(partial(_the_same, now))


def _the_same(now: datetime) -> datetime:
    return now
