"""manage.py scheduler: a tick a minute, where there is no broker and no beat."""

import logging
import signal
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections, connections
from django.utils import timezone

from papers.schedule.run import run_due
from subscriptions.tick import tick

logger = logging.getLogger(__name__)

PERIOD = timedelta(minutes=1)


class Command(BaseCommand):
    help = "Tick once a minute until stopped (Ctrl-C or SIGTERM). For installations without Celery."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CELERY_BROKER_URL:
            raise CommandError(
                "CELERY_BROKER_URL is set, so Celery beat ticks: "
                "start `celery -A digest_project beat` instead, or empty that variable."
            )
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        self.stdout.write("Ticking once a minute. Stop with Ctrl-C.")
        ingesting = Thread()
        while not stopped.is_set():
            started = timezone.now()
            _tick_safely()
            if not ingesting.is_alive():
                ingesting = _ingest_beside()
            stopped.wait((started + PERIOD - timezone.now()).total_seconds())
        self.stdout.write("Stopped.")


def _tick_safely() -> None:
    close_old_connections()
    try:
        ended = tick(timezone.now, until=timezone.now() + PERIOD)
    except Exception:
        # One failed tick must not end the ticking: the next one finds the same work.
        logger.exception("A tick failed")
        return
    if ended:
        logger.info("tick: %s", ", ".join(f"{count} {state}" for state, count in ended.items()))


def _ingest_beside() -> Thread:
    """In a thread of its own: mails must not wait for a slow source.

    It ends with the process, at any moment; what was stored stays.
    """
    thread = Thread(target=_ingest_safely, name="ingest", daemon=True)
    thread.start()
    return thread


def _ingest_safely() -> None:
    try:
        for ended in run_due(timezone.now, until=timezone.now() + PERIOD):
            logger.info("ingest: %s", ended)
    except Exception:
        logger.exception("An ingest failed")  # as for the tick
    finally:
        connections.close_all()
