"""manage.py scheduler: a tick a minute, where there is no broker and no beat."""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.management.base import CommandError
from django.db import close_old_connections, connections
from django.utils import timezone

from papers.console import Command as OurCommand
from papers.console import Exit
from papers.schedule.run import run_due
from subscriptions import stopping
from subscriptions.tick import tick

logger = structlog.get_logger(__name__)

PERIOD = timedelta(minutes=1)


class Command(OurCommand):
    help = (
        "Tick once a minute until stopped (Ctrl-C or SIGTERM): editions, notices, digests, and "
        "papers from their sources. For installations without Celery; keep one running, a second "
        "is harmless."
    )
    examples = {"scheduler": "beside the web process, by systemd or honcho"}
    exit_codes = {
        Exit.DONE: "stopped by Ctrl-C or SIGTERM, after the mail in hand",
        Exit.TROUBLE: "CELERY_BROKER_URL is set, so Celery beat ticks",
    }

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CELERY_BROKER_URL:
            raise CommandError(
                "CELERY_BROKER_URL is set, so Celery beat ticks: "
                "start `celery -A digest_project beat` instead, or empty that variable."
            )
        self.stdout.write("Ticking once a minute. Stop with Ctrl-C.")
        ingesting = Thread()
        with stopping.by_signal() as stopped:
            while not stopped.is_set():
                started = timezone.now()
                with structlog.contextvars.bound_contextvars(tick_id=uuid4().hex):
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
        logger.exception("tick_failed")
        return
    if ended:
        logger.info("tick_ended", **ended)


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
            logger.info("ingest_ended", told=str(ended))
    except Exception:
        logger.exception("ingest_failed")  # as for the tick
    finally:
        connections.close_all()
