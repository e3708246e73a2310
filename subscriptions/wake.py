"""Wakes the workers after a commit. Failing is harmless: the next tick finds the rows."""

import logging

from celery import Task

from subscriptions import tasks

logger = logging.getLogger(__name__)


def notices() -> None:
    """Somebody waits for a mail."""
    _wake(tasks.send_notices)


def digests() -> None:
    """Somebody asked for a digest now."""
    _wake(tasks.send_digests)


def _wake(task: "Task[[], None]") -> None:
    try:
        task.delay()
    except Exception:  # the broker, or in place the provider, is away: not the visitor's problem
        logger.exception("Could not wake %s; the next tick does its work", task.name)
