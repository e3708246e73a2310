"""manage.py send_digests: what is due now, sent here and now."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from papers import editions
from papers.console import Command as OurCommand
from papers.console import Exit, add_dry_run, add_json, progress, rolled_back, tell
from subscriptions import fence, standstill, stopping
from subscriptions.digests import due, pipeline
from subscriptions.digests.recovery import recover
from subscriptions.equation import Equation, equation
from subscriptions.models import Digest, Subscriber
from subscriptions.models.digest import DigestQuerySet
from subscriptions.timing import DAY

FURTHEST_EAST = timedelta(hours=14)  # the first zone to begin a day


class Command(OurCommand):
    help = (
        "Send the digests that are due now and print how each of the edition's ended. "
        "The tick does it by itself: by hand it is for a morning after trouble, or for one reader. "
        "Calling it again sends nothing more."
    )
    examples = {
        "send_digests --dry-run": "how many would get what, without sending",
        "send_digests": "all that are due",
        "send_digests --subscriber ada@example.com": "one reader's digest of today, due or not",
    }
    exit_codes = {
        Exit.DONE: "all that could be sent was",
        Exit.TROUBLE: "a digest was refused or failed, or there is no such subscriber",
        Exit.INTERRUPTED: "stopped (Ctrl-C, SIGTERM) after the mail in hand; again, it goes on",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=_day, metavar="D", help="only those of local date D")
        parser.add_argument(
            "--subscriber", metavar="EMAIL", help="only this one's digest of today, due or not"
        )
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        email, day, as_json = options["subscriber"], options["date"], options["as_json"]
        if options["dry_run"]:
            result = _would_send(email, day)
            stopped = False
        else:
            with stopping.by_signal() as asked:
                result = self._send(email, day, quiet=as_json)
                stopped = asked.is_set()
        self._report(result, dry_run=options["dry_run"], as_json=as_json)
        if stopped:
            sys.exit(Exit.INTERRUPTED)
        if result.refused or result.failed:
            sys.exit(Exit.TROUBLE)

    def _report(self, result: Equation, *, dry_run: bool, as_json: bool) -> None:
        if as_json:
            tell(self.stdout, {"dry_run": dry_run, **asdict(result)}, as_json=True)
            return
        if dry_run:
            self.stdout.write("Dry run: nothing was sent. What is in progress below would be.")
        self.stdout.write("\n".join([str(result), *standstill.told()]))

    def _send(self, email: str | None, day: date | None, *, quiet: bool) -> Equation:
        if why := fence.keep(timezone.now()):
            raise CommandError(f"Nothing is sent. {why} {fence.TODO}")
        digests = _open(email, day, timezone.now())
        # What an earlier edition left open is due as well, though not in this one's equation.
        due_now = digests if email or day else Digest.objects.all()
        recover(due_now, timezone.now())
        waiting = due_now.open(timezone.now()).count()
        with progress("digests", waiting, self.stderr, quiet=quiet) as so_far:
            pipeline.work_off(due_now, timezone.now, progress=lambda ended: so_far(ended.total()))
        return equation(digests)


def _would_send(email: str | None, day: date | None) -> Equation:
    with rolled_back(when=True):
        digests = _open(email, day, timezone.now())
        while pipeline.select_chunk(digests, timezone.now()):
            pass
        return equation(digests)


def _open(email: str | None, day: date | None, now: datetime) -> DigestQuerySet:
    """Open what is due; returns the digests that this call is about."""
    if email:
        return _one(email, day, now)
    edition = editions.refresh(now)
    while pipeline.open_chunk(now):
        pass
    if day:
        return Digest.objects.filter(local_date=day)
    return Digest.objects.filter(edition=edition)


def _one(email: str, day: date | None, now: datetime) -> DigestQuerySet:
    subscriber = Subscriber.objects.with_address(email).first()
    if subscriber is None:
        raise CommandError(f"There is no subscriber {email}. Is it spelled as in the admin?")
    if subscriber.state != Subscriber.State.ACTIVE:
        raise CommandError(f"{email} is {subscriber.state}: only active subscribers get digests.")
    today = now.astimezone(subscriber.zone).date()
    if day and day > today:
        raise CommandError(f"For {email} it is still {today}: {day} has not begun.")
    if day and day < today - DAY:
        raise CommandError(f"{day} is over. The digest of today or yesterday can be sent by hand.")
    slot = subscriber.schedule.slot(day or today)
    digest = due.open_by_hand(subscriber, slot, editions.frozen_edition(now), now)
    return Digest.objects.filter(pk=digest.pk)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-11-21") from error
    if day > (timezone.now() + FURTHEST_EAST).date():
        raise ArgumentTypeError(f"{text} lies in the future: nothing can be due then")
    return day
