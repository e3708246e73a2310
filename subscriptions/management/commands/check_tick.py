"""manage.py check_tick: does scheduled work go on? For health checks of beat and scheduler."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from subscriptions.models import Tick
from subscriptions.models.tick import LONGEST_SILENCE


class Command(BaseCommand):
    help = (
        "Exit code 0 if a tick finished within the last "
        f"{LONGEST_SILENCE.total_seconds():.0f} seconds, else 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        tick = Tick.objects.first()
        if tick is None:
            raise CommandError("No tick has ever finished. Is beat or the scheduler running?")
        silence = timezone.now() - tick.finished_at
        if silence > LONGEST_SILENCE:
            raise CommandError(
                f"The last tick finished {silence.total_seconds():.0f} s ago, "
                f"at {tick.finished_at:%Y-%m-%d %H:%M:%S} UTC. "
                "Look at the log of beat or the scheduler, then at that of the workers."
            )
        self.stdout.write(f"The last tick finished {silence.total_seconds():.0f} s ago.")
