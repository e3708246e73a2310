"""Wakes whoever works, beside a page. Failing is harmless: the next tick finds the rows."""

from threading import Lock, Thread
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.db import connections

logger = structlog.get_logger(__name__)


class Wakeable(Protocol):
    """A task that carries nothing: called in place, or left to a worker."""

    def __call__(self) -> None: ...
    def delay(self) -> Any: ...


class Waker:
    """One kind of work. In a thread of its own: no page waits for a broker or for the network."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._one_at_a_time = Lock()  # a flood of pages must not become one of connections

    def wake(self, task: Wakeable, name: str) -> None:
        Thread(target=self._run, args=[task], name=name).start()

    def _run(self, task: Wakeable) -> None:
        with self._one_at_a_time:
            try:
                if settings.CELERY_BROKER_URL:
                    task.delay()
                else:
                    task()
            except Exception:  # nobody is there to see it
                logger.exception(
                    "not_woken", worker=self._worker, then="the next tick does its work"
                )
            finally:
                connections.close_all()
