"""manage.py tick: one look at the clock."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from kombu.exceptions import OperationalError

from papers import editions
from papers.console import Command as OurCommand
from papers.console import Exit, add_dry_run, add_json, rolled_back, tell
from papers.schedule.rows import is_waiting
from papers.schedule.run import run_due
from subscriptions import standstill, tasks
from subscriptions.models import Notice
from subscriptions.tick import tick, work_waiting

INGEST_TIME = timedelta(seconds=50)  # what is left over, the next tick reads


class Command(OurCommand):
    help = (
        "Look once at the clock and the database and do what is due: build the edition, send "
        "notices and digests, then ask the sources of papers. With a broker the "
        "workers are woken; without one it is done here. Calling it too often is harmless."
    )
    examples = {
        "tick": "from cron, every few minutes, where neither beat nor scheduler runs",
        "tick --dry-run": "what waits at this moment",
    }
    exit_codes = {Exit.TROUBLE: "the broker did not answer, so no worker was woken"}

    def add_arguments(self, parser: CommandParser) -> None:
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            tell(self.stdout, _waiting(), as_json=options["as_json"])
        elif settings.CELERY_BROKER_URL:
            self._wake_workers(as_json=options["as_json"])
        else:
            self._work(as_json=options["as_json"])

    def _work(self, *, as_json: bool) -> None:
        ended = tick(timezone.now)
        # after the mails, which must not wait for the network
        read = [str(one) for one in run_due(timezone.now, until=timezone.now() + INGEST_TIME)]
        if as_json:
            tell(self.stdout, {"mails": dict(ended), "papers": read}, as_json=True)
            return
        counts = ", ".join(f"{count} {state}" for state, count in sorted(ended.items()))
        told = [f"Mails: {counts}."] if counts else []
        told += [f"Papers: {each.rstrip('.')}." for each in read]
        told += standstill.told()
        self.stdout.write("\n".join(told) or "Nothing was due.")

    def _wake_workers(self, *, as_json: bool) -> None:
        try:
            tasks.tick()
        except OperationalError as error:
            raise CommandError(
                "The broker of CELERY_BROKER_URL does not answer, so no worker was woken. "
                "Nothing is lost: the next tick finds the same work."
            ) from error
        if as_json:
            tell(self.stdout, {"workers_woken": True}, as_json=True)
        else:
            self.stdout.write("Workers woken.")


def _waiting() -> dict[str, object]:
    now = timezone.now()
    with rolled_back(when=True):  # what a killed worker left is freed, to be counted
        editions.refresh(now)
        return {
            "readers_and_digests_waiting": work_waiting(now),
            "notices_waiting": Notice.objects.waiting(now).count(),
            "sources_to_be_asked": is_waiting(now),
        }
