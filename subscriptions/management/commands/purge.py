"""manage.py purge: what was kept long enough is forgotten."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from papers.console import Command as OurCommand
from papers.console import Exit, add_dry_run, add_json, progress, tell, tell_rows
from subscriptions.retention import Expired, expired, forget


class Command(OurCommand):
    help = (
        "Delete what is older than the settings RETENTION_… allow: provider events, notices, "
        "the local mailbox, imports, sign-in attempts, the audit log, hosts that tick no more, and "
        "sessions that are over. "
        "Digests, votes, interests and suppressions stay. The ticks do it by themselves at night, "
        "in small steps: by hand it is for a large backlog, or to see what would go."
    )
    examples = {
        "purge --dry-run": "what would go",
        "purge": "all of it now, 500 rows at a time",
    }
    exit_codes = {Exit.INTERRUPTED: "interrupted (Ctrl-C); what was deleted stays deleted"}

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run, as_json = options["dry_run"], options["as_json"]
        wanted = expired(timezone.now())
        counts = [self._rid_of(old, dry_run=dry_run, quiet=as_json) for old in wanted]
        if as_json:
            facts = {old.name: count for old, count in zip(wanted, counts, strict=True)}
            tell(self.stdout, {"dry_run": dry_run, **facts}, as_json=True)
            return
        if dry_run:
            self.stdout.write("Dry run: nothing was deleted.")
        tell_rows(self.stdout, ("what", "deleted", "kept for"), map(_row, wanted, counts))

    def _rid_of(self, old: Expired, *, dry_run: bool, quiet: bool) -> int:
        """How many rows went, or would go."""
        total, done = old.rows.count(), 0
        if dry_run:
            return total
        with progress(old.name.replace("_", " "), total, self.stderr, quiet=quiet) as so_far:
            for count in forget(old):
                done += count
                so_far(done)
        return done


def _row(old: Expired, count: int) -> list[str]:
    kept = f"kept for {old.days} days" if old.days else "kept until their end"
    return [old.name.replace("_", " "), str(count), kept]
