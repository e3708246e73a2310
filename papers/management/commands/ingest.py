"""`manage.py ingest SOURCE …`: papers from a source into the database."""

import sys
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from papers.console import Command as OurCommand
from papers.console import Exit, progress, rolled_back
from papers.ingest_command.options import ABOUT, EXAMPLES, EXIT_CODES, LISTING, add_sources
from papers.ingest_command.pages import pages_of
from papers.ingest_command.storing import Outcome, store
from papers.ingest_command.telling import as_json, tell
from papers.sources.registry import SOURCES


class Command(OurCommand):
    """Loads papers. The same again changes nothing."""

    help = ABOUT
    examples = EXAMPLES
    exit_codes = EXIT_CODES

    def add_arguments(self, parser: CommandParser) -> None:
        add_sources(parser.add_subparsers(dest="source", required=True, metavar="SOURCE"))

    def handle(self, *_: Any, **options: Any) -> None:
        outcome = self._load(options)
        if options["as_json"]:
            self.stdout.write(as_json(outcome))
        else:
            tell(outcome, self.stdout, self.stderr, dry_run=options["dry_run"])
        if code := exit_code(outcome):
            sys.exit(code)

    def _load(self, options: dict[str, Any]) -> Outcome:
        source, dry_run = options["source"], options["dry_run"]
        # A transaction must not stay open while the network is slow: there, page by page.
        slow = source in SOURCES
        quiet = options["as_json"] or source == LISTING
        pages = pages_of(options, timezone.now())
        with (
            rolled_back(when=dry_run and not slow),
            progress(f"{source}: papers", None, self.stderr, quiet=quiet, every=0) as so_far,
        ):
            for outcome in store(pages, source, timezone.now, dry_run=dry_run and slow):
                if outcome.pages:
                    so_far(outcome.read)
        return outcome


def exit_code(outcome: Outcome) -> Exit:
    if outcome.interrupted:
        return Exit.INTERRUPTED
    if outcome.error:
        return Exit.REFUSED
    return Exit.TROUBLE if outcome.problems else Exit.DONE
