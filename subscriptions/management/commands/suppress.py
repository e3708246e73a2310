"""manage.py suppress: addresses that must never be mailed again, and how that is lifted."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from papers.admin.log import Action, record
from papers.console import Command as OurCommand
from papers.console import Exit, add_dry_run, add_json, rolled_back, tell
from subscriptions import suppressing
from subscriptions.models import Suppression
from subscriptions.suppressing import Listing

STANDARD_INPUT = "-"
LINES_NAMED = 20
LONGEST_NOTE = 200
NAME = "manage.py suppress"


class Command(OurCommand):
    help = (
        "Suppress addresses: nothing is mailed to them any more, and a sign-up with one is not "
        "answered. Only a keyed hash of each is kept, and none is printed.\n\n"
        "--lift takes it back. Nobody gets a digest by that: they sign up and confirm anew. "
        "Doing either twice changes nothing more."
    )
    examples = {
        "suppress reader@example.com --note 'asked by letter'": "one address",
        "suppress --file bounced.csv --reason bounced --dry-run": "how many of a list are new",
        "suppress --file - < list.txt": "a list from another program",
        "suppress --lift reader@example.com --note 'mailbox works again'": "may be mailed again",
    }
    exit_codes = {
        Exit.DONE: "all of them are suppressed now, or lifted",
        Exit.TROUBLE: "some lines held no address; the others are done",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addresses", nargs="*", metavar="ADDRESS", help="or a keyed hash")
        parser.add_argument(
            "--file", metavar="F", help="one at the beginning of each line; - reads"
        )
        parser.add_argument(
            "--reason",
            choices=Suppression.Reason.values,
            default=Suppression.Reason.ASKED,
            help="default: %(default)s",
        )
        parser.add_argument("--note", default="", help="for your colleagues; needed with --lift")
        parser.add_argument("--lift", action="store_true", help="they may be mailed again")
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        _refuse_what_makes_no_sense(options)
        addresses, dry_run = options["addresses"], options["dry_run"]
        lines = [*addresses, *_lines(options["file"])]
        listing = suppressing.read_list(lines, arguments=len(addresses))
        act = _lift if options["lift"] else _suppress
        with rolled_back(when=dry_run):
            done = act(listing, options, timezone.now())
        if options["as_json"]:
            tell(self.stdout, {"dry_run": dry_run, **done}, as_json=True)
        else:
            self._tell(done, dry_run=dry_run)
        if listing.unreadable:
            raise CommandError(_not_addresses(listing, len(addresses)))

    def _tell(self, done: dict[str, int], *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was changed; this is what would be.")
        tell(self.stdout, done)


def _refuse_what_makes_no_sense(options: dict[str, Any]) -> None:
    if not options["addresses"] and not options["file"]:
        raise CommandError("Give an address, or --file.", returncode=Exit.USAGE)
    if len(options["note"]) > LONGEST_NOTE:
        told = f"--note must not be longer than {LONGEST_NOTE} characters."
        raise CommandError(told, returncode=Exit.USAGE)
    if options["lift"] and not options["note"].strip():
        raise CommandError("--lift needs a --note that says why.", returncode=Exit.USAGE)


def _not_addresses(listing: Listing, arguments: int) -> str:
    """By their numbers: what somebody typed is not printed."""
    numbers = [number for number, _text in listing.unreadable]
    named = [
        f"argument {number}" if number <= arguments else f"line {number - arguments}"
        for number in numbers[:LINES_NAMED]
    ]
    if len(numbers) == 1:
        return f"{named[0].capitalize()} is not an address."
    more = ["…"] if len(numbers) > LINES_NAMED else []
    return f"{len(numbers)} are not addresses: {', '.join(named + more)}."


def _lines(file: str | None) -> Iterable[str]:
    if not file:
        return []
    try:
        text = sys.stdin.read() if file == STANDARD_INPUT else Path(file).read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} cannot be read: it must be text in UTF-8.") from error
    return text.splitlines()


def _suppress(listing: Listing, options: dict[str, Any], now: datetime) -> dict[str, int]:
    new = suppressing.suppress_all(listing.new, options["reason"], now, options["note"])
    for rows in suppressing.rows_of(listing.new):
        record(NAME, rows, f"Suppressed: {options['reason']}", Action.CREATE)
    return {"suppressed": new, "already": len(listing.known), "repeated": listing.repeated}


def _lift(listing: Listing, options: dict[str, Any], now: datetime) -> dict[str, int]:
    for rows in suppressing.rows_of(listing.known):
        record(NAME, rows, f"Lifted: {options['note']}", Action.DELETE)
        for row in rows:
            suppressing.lift(row, now)
    return {"lifted": len(listing.known), "not suppressed": len(listing.new)}
