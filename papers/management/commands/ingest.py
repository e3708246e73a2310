"""`manage.py ingest SOURCE …`: papers from a source into the database."""

import argparse
import json
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from papers.ingest import IngestReport, ingest
from papers.sources import Fetched, Problem
from papers.sources.listing import read_listing
from papers.sources.listing.page import LARGEST_FILE

STANDARD_INPUT = "/dev/stdin"
EXIT_CODES = (
    "Exit code: 0 when everything was read; 1 when there were problems, and all the rest is "
    "loaded; 2 when the command line was wrong."
)


class Command(BaseCommand):
    """Loads papers. The same again changes nothing."""

    help = f"Load papers from a source. Loading the same again changes nothing. {EXIT_CODES}"

    def add_arguments(self, parser: CommandParser) -> None:
        sources = parser.add_subparsers(dest="source", required=True, metavar="SOURCE")
        listing = sources.add_parser(
            "listing",
            help="pages saved from a browser as text",
            description=f"Load papers from pages saved from a browser as text. {EXIT_CODES}",
        )
        listing.add_argument("files", nargs="+", metavar="FILE", help="a saved page")
        listing.add_argument(
            "--as-of",
            type=_day,
            metavar="DATE",
            help="the day the pages were saved, such as 2026-07-31: dates without a year are the "
            "latest up to it (default: today, UTC)",
        )
        listing.add_argument(
            "--dry-run", action="store_true", help="change nothing, say what would be"
        )
        listing.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        now = timezone.now()
        as_of = options["as_of"] or now.date()
        with _rolled_back() if options["dry_run"] else nullcontext():
            report = sum(
                (_ingest_file(file, now, as_of) for file in _with_progress(options["files"])),
                IngestReport(),
            )
        if options["as_json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self._tell(report, dry_run=options["dry_run"])
        if report.problems:
            sys.exit(1)

    def _tell(self, report: IngestReport, *, dry_run: bool) -> None:
        prefix = "dry run, nothing was changed; papers" if dry_run else "papers"
        self.stdout.write(
            f"{prefix}: read {report.read}, created {report.created}, "
            f"updated {report.updated}, unchanged {report.unchanged}"
        )
        for problem in report.problems:
            self.stderr.write(f"{problem.file}:{problem.line}: {problem.message}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a date; expected one such as 2026-07-31."
        ) from None


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _with_progress(files: list[str]) -> Iterable[str]:
    screen = Console(stderr=True)
    return track(files, "reading", console=screen, transient=True, disable=not screen.is_terminal)


def _ingest_file(file: str, now: datetime, as_of: date) -> IngestReport:
    return ingest(_read(file, as_of), now=now, file=file, as_of=as_of)


def _read(file: str, as_of: date) -> Fetched:
    try:
        if file != STANDARD_INPUT and not stat.S_ISREG(Path(file).stat().st_mode):
            return _unreadable(file, "it is not a regular file")  # a pipe might never end
        with Path(file).open("rb") as page:
            data = page.read(LARGEST_FILE + 1)  # one byte too many is told by the reader
    except OSError as error:
        return _unreadable(file, str(error.strerror))
    return read_listing(data, file, as_of)


def _unreadable(file: str, reason: str) -> Fetched:
    told = f"the file cannot be read: {reason}; expected a page saved as text."
    return Fetched((), (Problem(file, 1, told),))
