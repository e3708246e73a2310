"""manage.py explain: why a reader gets these papers and not the next ones."""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from papers.console import Command as OurCommand
from papers.console import Exit, add_json, day, tell, tell_rows, typed
from subscriptions.digests.explanation import Account, Line, NoDigest, account
from subscriptions.digests.simulation import NoEdition
from subscriptions.models import Subscriber
from subscriptions.ranking import NEXT

MOST = 1000  # papers that come next


class Command(OurCommand):
    help = (
        "Explain why this subscriber would get these papers now, and not the next ones: what each "
        "score is the sum of, and what kept the others out; told by the code that chooses. "
        "Nothing is sent and nothing is written.\n\n"
        "--date explains the digest of that day, chosen once more from what was known when it was "
        "opened, and tells whether the choice is still the one that was sent. It need not be, "
        "where wishes were taken back since, or papers hidden or edited."
    )
    examples = {
        "explain ada@example.com": "of what would be sent now",
        "explain ada@example.com --date 2026-11-20": "of the digest of that day, by her own date",
        "explain ada@example.com --more 50": "why is a certain paper not there?",
        "explain ada@example.com --json": "every figure, for a program",
    }
    exit_codes = {Exit.TROUBLE: "no such subscriber, no edition yet, or no digest of that day"}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", type=typed(_address), metavar="EMAIL", help="of a subscriber")
        parser.add_argument(
            "--date", type=typed(day), metavar="D", help="the digest of that day, by their own date"
        )
        parser.add_argument(
            "--more",
            type=typed(_number),
            default=NEXT,
            metavar="N",
            help=f"how many of those that fit and come next (default: {NEXT})",
        )
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        subscriber = Subscriber.objects.with_address(options["email"]).first()
        if subscriber is None:
            raise CommandError(f"There is no subscriber {options['email']}.")
        told = _account(subscriber, options["date"], now, options["more"])
        if options["as_json"]:
            tell(self.stdout, _facts(told), as_json=True)
        else:
            self._tell(told)

    def _tell(self, told: Account) -> None:
        tell(self.stdout, told.summary)
        named = not self.stdout.isatty()
        columns = ["place", "score", *told.parts, "paper, and why"]
        for title, lines in told.groups.items():
            self.stdout.write(f"\n{title}")
            rows = [_row(line, named=named) for line in lines]
            tell_rows(self.stdout, columns, rows)


def _account(subscriber: Subscriber, on: date | None, now: datetime, more: int) -> Account:
    try:
        return account(subscriber, now, on, more)
    except NoEdition:
        raise CommandError("There is no edition yet: run manage.py ingest first.") from None
    except NoDigest:
        if on and on > now.astimezone(subscriber.zone).date():
            raise CommandError(f"{on} lies in the future: its digest is not there yet.") from None
        raise CommandError(f"There is no digest of {on} for this subscriber.") from None


def _row(line: Line, *, named: bool) -> list[str]:
    """In a pipe, where no column has a head, each figure with its name."""
    figures = list(line.figures.values())
    if named:
        figures = [f"{part} {figure}" for part, figure in line.figures.items() if figure != "0"]
    told = f"{line.title} [{line.topic}]: {line.why}"
    return [str(line.weighed.place), line.score, *figures, told]


def _facts(whole: Account) -> dict[str, object]:
    told, again = whole.explanation, whole.was_sent
    return {
        "edition": str(whole.edition),
        "digest": whole.summary.get("digest"),
        "kind": told.choice.kind,
        "skipped": told.choice.skipped,
        "by_score": told.by_score,
        "candidates": told.candidates,
        "barred": told.barred,
        "fitting": told.fitting,
        "elsewhere": told.elsewhere,
        "was_sent": asdict(again) if again else None,
        "chosen": list(_lines(whole.chosen)),
        "left_out": list(_lines(whole.left_out)),
    }


def _lines(lines: tuple[Line, ...]) -> Iterator[dict[str, object]]:
    for line in lines:
        yield {"title": line.title, "topic": line.topic, "why": line.why, **asdict(line.weighed)}


def _address(text: str) -> str:
    name, _, domain = text.strip().rpartition("@")
    if not name or not domain:
        raise ValueError(f"'{text}' is not an address; expected one such as ada@example.com.")
    return text.strip()


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST:
        raise ValueError(f"'{text}' is not a whole number from 0 to {MOST}.")
    return int(text)
