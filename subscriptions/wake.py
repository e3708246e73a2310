"""Wakes whoever sends, after a commit. Failing is harmless: the next tick finds the rows."""

import logging
from threading import Thread

from celery import Task
from django.conf import settings
from django.db import connections

from subscriptions import tasks

logger = logging.getLogger(__name__)


def notices() -> None:
    """Somebody waits for a mail: sent by a worker or, without a broker, beside the request."""
    if settings.CELERY_BROKER_URL:
        _publish(tasks.send_notices)
    else:
        # The page neither waits for a mail server nor shows by its pace whether there was a mail.
        Thread(target=_send_here, name="notices").start()


def _publish(task: "Task[[], None]") -> None:
    try:
        task.delay()
    except Exception:  # the broker is away, and that is not the visitor's problem
        logger.exception("Could not wake a worker; the next tick does its work")


def _send_here() -> None:
    try:
        tasks.send_notices()
    except Exception:  # nobody would see it
        logger.exception("Could not send notices; the next tick does it")
    finally:
        connections.close_all()
