"""manage.py tick: one look at the clock."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from kombu.exceptions import OperationalError

from papers.schedule.run import run_due
from subscriptions import tasks
from subscriptions.tick import tick

INGEST_TIME = timedelta(seconds=50)  # what is left over, the next tick reads


class Command(BaseCommand):
    help = (
        "Look once at the clock and the database and do what is due: build the edition, send "
        "notices and digests, then ask the sources of papers. With a broker the "
        "workers are woken; without one it is done here. Calling it too often is harmless."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CELERY_BROKER_URL:
            self._wake_workers()
            return
        ended = tick(timezone.now)
        counts = ", ".join(f"{count} {state}" for state, count in sorted(ended.items()))
        told = [f"Mails: {counts}."] if counts else []
        told += [f"Papers: {each.rstrip('.')}." for each in self._ingest()]
        self.stdout.write("\n".join(told) or "Nothing was due.")

    def _ingest(self) -> list[str]:
        """After the mails, which must not wait for the network."""
        return [str(ended) for ended in run_due(timezone.now, until=timezone.now() + INGEST_TIME)]

    def _wake_workers(self) -> None:
        try:
            tasks.tick()
        except OperationalError as error:
            raise CommandError(
                "The broker of CELERY_BROKER_URL does not answer, so no worker was woken. "
                "Nothing is lost: the next tick finds the same work."
            ) from error
        self.stdout.write("Workers woken.")
