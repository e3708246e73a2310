"""One order carried out step by step, under a lease, from where the last reading stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from papers.models import ScheduledIngest
from papers.models.leased import LEASE
from papers.schedule.orders import Clock, Order
from papers.schedule.tally import Tally
from papers.sources import SourceError
from papers.sources.web import Web

logger = structlog.get_logger(__name__)

SHORTEST_BACK_OFF = timedelta(minutes=5)
LONGEST_BACK_OFF = timedelta(hours=6)
LONGEST_RETRY_AFTER = timedelta(days=1)
FAILURES_FROM_A_CURSOR = 3  # then the reading begins anew: the cursor itself may be what fails
LONGEST_ERROR = 500  # characters that the row holds


@dataclass(frozen=True, slots=True)
class Ended:
    """How one order ended for now: what it brought so far, and what stopped it, if anything."""

    source: str
    tally: Tally
    finished: bool = False
    error: str = ""

    @property
    def idle(self) -> bool:
        """There is nothing to tell."""
        return not (self.error or self.tally.read or self.tally.problem_count or self.tally.notes)

    def __str__(self) -> str:
        if self.error:
            return f"{self.source} failed: {self.error}"
        return f"{self.source} {self.tally}{'' if self.finished else '; to be continued'}"


def carry_out(order: Order, row: ScheduledIngest, web: Web, clock: Clock, until: datetime) -> Ended:
    """Read on until there is no more or the time is up. A failure is noted, never raised."""
    try:
        return _read_on(order, row, web, clock, until)
    except SourceError as error:
        return _failed(row, str(error), clock(), error.retry_after)
    except Exception as error:
        # A fault of ours in one source must not stop the others; its traceback is in the log.
        logger.exception("ingest_failed", source=row.source)
        told = f"{type(error).__name__}: {error}; the log has its traceback."
        return _failed(row, told, clock(), None)


def _read_on(order: Order, row: ScheduledIngest, web: Web, clock: Clock, until: datetime) -> Ended:
    tally = _so_far(row)
    for step in order.steps(row, web, clock):
        tally, now = tally.plus(step), clock()
        kept = {"cursor": step.cursor, "last_report": tally.as_json(), "leased_until": now + LEASE}
        if not row.note(**kept):
            return Ended(row.source, tally)  # too slow: another process goes on
        if step.cursor and now >= until:
            row.note(next_at=now, leased_until=None)  # behind those that waited longer
            return Ended(row.source, tally)
    return _finished(order, row, tally, clock())


def _so_far(row: ScheduledIngest) -> Tally:
    return Tally.from_json(row.last_report) if row.cursor else Tally()


def _finished(order: Order, row: ScheduledIngest, tally: Tally, now: datetime) -> Ended:
    watermark = (tally.whole and tally.watermark) or row.watermark
    row.note(
        watermark=watermark,
        cursor="",
        last_success_at=now,
        last_report=tally.as_json(),
        last_error="",
        last_error_at=None,
        failures=0,
        next_at=order.rhythm(now, watermark),
        leased_until=None,
    )
    return Ended(row.source, tally, finished=True)


def _failed(row: ScheduledIngest, error: str, now: datetime, retry_after: float | None) -> Ended:
    sentence = " ".join(error.split())[:LONGEST_ERROR]
    row.note(
        last_error=sentence,
        last_error_at=now,
        failures=row.failures + 1,
        cursor=row.cursor if row.failures + 1 < FAILURES_FROM_A_CURSOR else "",
        next_at=now + _pause(row.failures, retry_after),
        leased_until=None,
    )
    return Ended(row.source, _so_far(row), error=sentence)


def _pause(failures_before: int, retry_after: float | None) -> timedelta:
    """As long as the source asks for, else twice as long each time."""
    if retry_after is not None:
        asked = timedelta(seconds=min(retry_after, LONGEST_RETRY_AFTER.total_seconds()))
        return max(asked, timedelta(minutes=1))
    doubled: timedelta = SHORTEST_BACK_OFF * 2 ** min(failures_before, 10)
    return min(doubled, LONGEST_BACK_OFF)
