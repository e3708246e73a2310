"""Wakes whoever sends, after a commit. Failing is harmless: the next tick finds the rows."""

import logging
from threading import Lock, Thread
from typing import Any, Protocol

from django.conf import settings
from django.db import connections

from subscriptions import tasks

logger = logging.getLogger(__name__)

ONE_AT_A_TIME = Lock()


class Wakeable(Protocol):
    """A task that carries nothing: called in place, or left to a worker."""

    def __call__(self) -> None: ...
    def delay(self) -> Any: ...


def notices() -> None:
    """Somebody waits for a mail: a worker sends it or, without a broker, this process does.

    In a thread of its own: the page waits neither for a broker nor for a mail server, and its pace
    does not show whether there was a mail to send.
    """
    _beside(tasks.send_notices, "notices")


def digests() -> None:
    """The same for somebody who asked for a digest at once."""
    _beside(tasks.send_digests, "digests")


def _beside(task: Wakeable, name: str) -> None:
    Thread(target=_send, args=[task], name=name).start()


def _send(task: Wakeable) -> None:
    with ONE_AT_A_TIME:  # a flood of sign-ups must not become one of connections
        _wake(task)


def _wake(task: Wakeable) -> None:
    try:
        if settings.CELERY_BROKER_URL:
            task.delay()
        else:
            task()
    except Exception:  # nobody is there to see it
        logger.exception("Could not wake a sender; the next tick does its work")
    finally:
        connections.close_all()
