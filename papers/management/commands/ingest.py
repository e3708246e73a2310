"""`manage.py ingest SOURCE …`: papers from a source into the database."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from papers.ingest_command.options import EXIT_CODES, LISTING, add_sources
from papers.ingest_command.pages import pages_of
from papers.ingest_command.storing import Outcome, rolled_back, store
from papers.ingest_command.telling import as_json, tell, watching
from papers.sources.registry import SOURCES

PROBLEMS, SOURCE_FAILED, INTERRUPTED = 1, 3, 130


class Command(BaseCommand):
    """Loads papers. The same again changes nothing."""

    help = f"Load papers from a source. Loading the same again changes nothing. {EXIT_CODES}"

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
        lines = source != LISTING and not options["as_json"]
        pages = pages_of(options, timezone.now())
        with (
            rolled_back(when=dry_run and not slow),
            watching(source, self.stderr, lines=lines) as watcher,
        ):
            for outcome in store(pages, source, timezone.now, dry_run=dry_run and slow):
                watcher.page(outcome)
        return outcome


def exit_code(outcome: Outcome) -> int:
    if outcome.interrupted:
        return INTERRUPTED
    if outcome.error:
        return SOURCE_FAILED
    return PROBLEMS if outcome.problems else 0
