"""manage.py scheduler: a tick a minute, where there is no broker and no beat."""

import logging
import signal
from datetime import timedelta
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

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
        while not stopped.is_set():
            started = timezone.now()
            _tick_safely()
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
