"""manage.py arm_sending: mail may leave from a database that was restored, copied or moved."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from papers.admin.log import record
from papers.console import Command as OurCommand
from papers.console import Exit, add_dry_run, add_json, rolled_back, tell
from subscriptions import fence, fence_file, restoring
from subscriptions.models import Sending
from subscriptions.restoring import Mails

NAME = "manage.py arm_sending"
CHOOSE = (
    "Mail waits, so say what becomes of it. --forget, where a backup was restored: what is due by "
    "now may have been sent after the backup was made, and is skipped. --resume, where the "
    "installation moved, or nothing was sent since: it goes out."
)


class Command(OurCommand):
    help = (
        "Let mail leave from here, after the database was restored from a backup, copied or moved. "
        "Until then nothing is sent: a database that is not the one that this installation knew "
        "may hold mails that went out long ago, or that another installation sends.\n\n"
        "When mail waits or is due, choose. --forget: what is due by now may have been sent after "
        "the backup was made; it is skipped with the reason “restored”, and everybody gets their "
        "next digest. --resume: nothing was sent since; what is fresh goes out, and of days that "
        "were missed only the last digest. Armed already, it changes nothing and says so."
    )
    examples = {
        "arm_sending --dry-run": "is anything stopped, why, and what waits?",
        "arm_sending --forget": "a backup was restored: nobody gets a mail a second time",
        "arm_sending --resume": "the installation moved to another machine or folder",
    }
    exit_codes = {
        Exit.DONE: "mail may leave from here, or would without --dry-run",
        Exit.TROUBLE: "still nothing may leave from here",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--forget", action="store_true", help="skip what waits or is due now")
        choice.add_argument("--resume", action="store_true", help="send what waits or is due now")
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        now = timezone.now()
        why, waits, last = fence.closed(), restoring.waiting(now), fence.last_seen()
        chosen = options["forget"] or options["resume"] or not waits
        arming = bool(why) and chosen
        with transaction.atomic(), rolled_back(when=options["dry_run"]):
            skipped = restoring.forget(now) if arming and options["forget"] else Mails()
            if arming and not options["dry_run"]:
                _arm(why, skipped, now)
        facts = {
            "armed": arming or not why,
            "changed": arming and not options["dry_run"],
            "stopped_because": why or None,
            "last_tick_in_this_database": last,
            "readers_due": waits.readers,
            "digests_waiting": waits.digests,
            "notices_waiting": waits.notices,
            "digests_skipped": skipped.digests,
            "notices_skipped": skipped.notices,
        }
        if options["as_json"]:
            tell(self.stdout, {"dry_run": options["dry_run"], **facts}, as_json=True)
        elif why:
            self._tell(facts, dry_run=options["dry_run"])
        else:
            self.stdout.write("Nothing was changed. Mail may leave from here.")
        if why and not arming:
            raise CommandError(CHOOSE)

    def _tell(self, facts: dict[str, Any], *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(f"Nothing leaves from here. {facts['stopped_because']}")
            self.stdout.write("Dry run: nothing was changed; what follows is what would be.")
        tell(self.stdout, facts)
        if facts["changed"]:
            self.stdout.write("Armed: mail leaves from here again.")


def _arm(why: str, skipped: Mails, now: datetime) -> None:
    told = f"{skipped.digests} digests and {skipped.notices} notices skipped"
    record(NAME, [Sending(reason=why[:200])], f"Armed sending, {told}. It was stopped: {why}")
    if not fence.arm(now):
        raise CommandError(
            f"Nothing here can tell this installation from a copy: {fence_file.path()} cannot be "
            "written. Make its folder writable, or set INSTALLATION_ID; then say it again."
        )
