"""Wakes whoever sends, after a commit. Failing is harmless: the next tick finds the rows."""

import logging
from threading import Lock, Thread

from django.conf import settings
from django.db import connections

from subscriptions import tasks

logger = logging.getLogger(__name__)

ONE_AT_A_TIME = Lock()


def notices() -> None:
    """Somebody waits for a mail: a worker sends it or, without a broker, this process does.

    In a thread of its own: the page waits neither for a broker nor for a mail server, and its pace
    does not show whether there was a mail to send.
    """
    Thread(target=_send, name="notices").start()


def _send() -> None:
    with ONE_AT_A_TIME:  # a flood of sign-ups must not become one of connections
        _wake()


def _wake() -> None:
    try:
        if settings.CELERY_BROKER_URL:
            tasks.send_notices.delay()
        else:
            tasks.send_notices()
    except Exception:  # nobody is there to see it
        logger.exception("Could not wake a sender; the next tick does its work")
    finally:
        connections.close_all()
