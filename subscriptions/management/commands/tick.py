"""manage.py tick: one look at the clock."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from kombu.exceptions import OperationalError

from subscriptions import tasks
from subscriptions.tick import tick


class Command(BaseCommand):
    help = (
        "Look once at the clock and the database and do what is due: build the edition, send "
        "notices and digests. With a broker the workers are woken; without one it is done here. "
        "Calling it too often is harmless."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CELERY_BROKER_URL:
            self._wake_workers()
            return
        ended = tick(timezone.now)
        counts = ", ".join(f"{count} {state}" for state, count in sorted(ended.items()))
        self.stdout.write(f"Mails: {counts}." if counts else "Nothing was due.")

    def _wake_workers(self) -> None:
        try:
            tasks.tick()
        except OperationalError as error:
            raise CommandError(
                "The broker of CELERY_BROKER_URL does not answer, so no worker was woken. "
                "Nothing is lost: the next tick finds the same work."
            ) from error
        self.stdout.write("Workers woken.")
