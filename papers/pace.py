"""The pace at which one host is asked, kept by all processes together in the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from papers.models import Pace
from papers.sources import SourceError
from papers.sources.web import Web

LEASE = timedelta(seconds=90)  # a killed process holds up the others no longer
LONGEST_WAIT = timedelta(seconds=120)
LONGEST_REST = timedelta(days=1)
POLL = timedelta(seconds=0.2)  # how often to see whether a request under way has ended


class SharedPace:
    """Turns by one row per host: starts at least `interval` apart, one request at a time.

    The clocks of machines that share a database must agree, as they do by NTP.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = timezone.now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep

    @contextmanager
    def turn(self, host: str, interval: float) -> Iterator[None]:
        """Waits for its turn. Raises SourceError where that would take more than two minutes."""
        apart = timedelta(seconds=interval)
        lease = self._wait(host, apart)
        started = self._clock()  # after the commit, which may have taken its time
        try:
            yield
        finally:
            self._give_back(host, lease, started + apart)

    def back_off(self, host: str, seconds: float) -> None:
        """Nobody asks this host for so long, at most a day; a longer wait stays as it is."""
        with transaction.atomic():
            row = self._locked(host)
            now = self._clock()
            until = now + min(timedelta(seconds=seconds), LONGEST_REST)
            if row.next_at < until or not _is_ahead(row.next_at, now):
                row.next_at = until
            row.save(update_fields=["next_at"])

    def _wait(self, host: str, interval: timedelta) -> datetime:
        """Until when the turn is ours."""
        until = self._clock() + LONGEST_WAIT
        while True:
            free_at, lease = self._try(host, interval)
            if lease:
                return lease
            now = self._clock()
            if free_at > until:
                raise _waited_too_long(free_at - now)
            self._sleep(max(free_at - now, timedelta()).total_seconds())

    def _try(self, host: str, interval: timedelta) -> tuple[datetime, datetime | None]:
        """When to try again, and the lease if the turn is ours now."""
        # No lock is held while the network is slow, so never inside another transaction.
        with transaction.atomic(durable=True):
            row = self._locked(host)
            now = self._clock()  # after the lock, which may have taken its time
            if row.busy_until and _is_ahead(row.busy_until, now):
                return now + POLL, None
            if _is_ahead(row.next_at, now):
                return row.next_at, None
            row.next_at, row.busy_until = now + interval, now + LEASE
            row.save(update_fields=["next_at", "busy_until"])
            return now, row.busy_until

    def _give_back(self, host: str, lease: datetime, next_at: datetime) -> None:
        with transaction.atomic():
            row = self._locked(host)
            # Only our own lease: after a very long request another process has the turn.
            if row.busy_until == lease:
                row.busy_until, row.next_at = None, max(row.next_at, next_at)
                row.save(update_fields=["next_at", "busy_until"])

    def _locked(self, host: str) -> Pace:
        row, _ = Pace.objects.select_for_update().get_or_create(
            host=host, defaults={"next_at": self._clock()}
        )
        return row


def shared_web() -> Web:
    """The network at the pace that all processes share."""
    return Web(SharedPace())


def _is_ahead(moment: datetime, now: datetime) -> bool:
    """To be waited for; what lies farther ahead was written by a clock that was wrong."""
    return now < moment <= now + LONGEST_REST


def _waited_too_long(left: timedelta) -> SourceError:
    seconds = max(left.total_seconds(), 60.0)
    return SourceError(
        f"Its turn does not come soon: other requests are under way, or the service asked to be "
        f"left alone. Ask again in {seconds:.0f} seconds.",
        seconds,
    )
