"""manage.py send_digests: what is due now, sent here and now."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from papers import editions
from subscriptions.digests import due, pipeline
from subscriptions.digests.recovery import recover
from subscriptions.equation import Equation, equation
from subscriptions.models import Digest, Subscriber
from subscriptions.models.digest import DigestQuerySet
from subscriptions.timing import DAY

FURTHEST_EAST = timedelta(hours=14)  # the first zone to begin a day


class Command(BaseCommand):
    help = (
        "Send the digests that are due now and print how each of the edition's ended. "
        "Calling it again sends nothing more. Exit code 1 when one was refused or failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=_day, metavar="D", help="only those of local date D")
        parser.add_argument(
            "--subscriber", metavar="EMAIL", help="only this one's digest of today, due or not"
        )
        parser.add_argument("--dry-run", action="store_true", help="change and send nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        act = _would_send if options["dry_run"] else _send
        result = act(options["subscriber"], options["date"], quiet=options["json"])
        self._report(result, dry_run=options["dry_run"], as_json=options["json"])
        if result.refused or result.failed:
            raise SystemExit(1)

    def _report(self, result: Equation, *, dry_run: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"dry_run": dry_run, **asdict(result)}))
            return
        if dry_run:
            self.stdout.write("Dry run: nothing was sent; in progress is what would be.")
        self.stdout.write(str(result))


def _send(email: str | None, day: date | None, *, quiet: bool) -> Equation:
    digests = _open(email, day, timezone.now())
    # What an earlier edition left open is due as well, though not in this one's equation.
    due_now = digests if email or day else Digest.objects.all()
    recover(due_now, timezone.now())
    waiting = due_now.open(timezone.now()).count()
    console = Console(stderr=True)
    with Progress(console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("Digests", total=waiting)
        pipeline.work_off(
            due_now,
            timezone.now,
            progress=lambda ended: bar.update(task, completed=ended.total()),
        )
    return equation(digests)


def _would_send(email: str | None, day: date | None, *, quiet: bool) -> Equation:  # noqa: ARG001  # as _send
    with transaction.atomic():
        digests = _open(email, day, timezone.now())
        while pipeline.select_chunk(digests, timezone.now()):
            pass
        result = equation(digests)
        transaction.set_rollback(True)
    return result


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
