"""Imports carried on step by step, each by one process at a time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from papers.importing.looking import look_up_next
from papers.importing.storing import store_next
from papers.models import PaperImport
from papers.models.leased import LEASE
from papers.pace import shared_web
from papers.sources import SourceError
from papers.sources.web import Web

logger = structlog.get_logger(__name__)
State = PaperImport.State
LONGEST_FAILURE = 500  # characters that the row holds


def run_imports(
    clock: Callable[[], datetime], until: datetime, connect: Callable[[], Web] = shared_web
) -> None:
    """Until none is left or the time is up; no connection where there is nothing to do."""
    if not PaperImport.objects.due(clock()).exists():
        return
    with connect() as web:
        while clock() < until and (begun := _take(clock())):
            _carry_on(begun, web, clock, until)


def _take(now: datetime) -> PaperImport | None:
    return next((row for row in PaperImport.objects.due(now) if row.lease(now)), None)


def _carry_on(begun: PaperImport, web: Web, clock: Callable[[], datetime], until: datetime) -> None:
    """A failure is noted, for the editor to see; whoever cancels has taken the lease away."""
    while begun.state in PaperImport.WORK_LEFT:
        change = _step(begun, web, clock())
        now = clock()
        rests = now >= until or change.get("state") in {State.READY, State.DONE, State.STOPPED}
        if not begun.note(leased_until=None if rests else now + LEASE, **change) or rests:
            return


def _step(begun: PaperImport, web: Web, now: datetime) -> dict[str, Any]:
    """What is to be noted of the import after one more step."""
    try:
        if begun.state == State.STORING:
            return {} if store_next(begun, now) else {"state": State.DONE}
        return {} if look_up_next(begun, web, now) else {"state": State.READY}
    except SourceError as error:
        failure = str(error)
    except Exception as error:  # a fault of ours: its traceback is in the log
        logger.exception("paper_import_failed")
        failure = f"{type(error).__name__}; the log has its traceback."
    return {"state": State.STOPPED, "failure": " ".join(failure.split())[:LONGEST_FAILURE]}
