"""manage.py check_tick: does scheduled work go on? For health checks of beat and scheduler."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from papers.console import Command as OurCommand
from papers.console import Exit, add_json, tell
from subscriptions.models import Tick
from subscriptions.models.tick import LONGEST_SILENCE

LONGEST = f"{LONGEST_SILENCE.total_seconds():.0f} seconds"


class Command(OurCommand):
    help = (
        "Say when the last tick finished: does scheduled work go on? For the health check of a "
        "container or a monitor that runs commands."
    )
    examples = {"check_tick": "after an upgrade; it may take three minutes to be content"}
    exit_codes = {
        Exit.DONE: f"a tick finished within the last {LONGEST}",
        Exit.TROUBLE: "none did",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        add_json(parser)

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
        seconds = round(silence.total_seconds())
        if options["as_json"]:
            tell(self.stdout, {"seconds_ago": seconds}, as_json=True)
        else:
            self.stdout.write(f"The last tick finished {seconds} s ago.")
