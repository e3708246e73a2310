"""manage.py digest_status: whether today's edition goes out."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from papers.console import Command as OurCommand
from papers.console import Exit, add_json, day, tell, typed
from papers.editions import current_edition
from papers.models import Edition
from subscriptions import standstill
from subscriptions.equation import (
    Equation,
    equation,
    forgotten_readers,
    left_behind,
    oldest_due,
)
from subscriptions.models import Digest, Tick
from subscriptions.models.tick import LONGEST_SILENCE
from subscriptions.settling import KINDS, Mail, needs_a_person

LATE = timedelta(hours=1)


class Command(OurCommand):
    help = (
        "Tell how far an edition is: the equation of its digests, since when the first of all that "
        "wait has been due, and what stands in the way. A long queue is not a fault; one in which "
        "nothing moves for an hour is. Unexplained are mails that no tick brings to their next "
        "step, such as one that is long too old and still waits: there is never to be one."
    )
    examples = {
        "digest_status": "does today's edition go out?",
        "digest_status --date 2026-11-20": "how did that day's end?",
        "digest_status --json": "for a monitor",
    }
    exit_codes = {
        Exit.DONE: "all is well",
        Exit.TROUBLE: "something is wrong, which it names; or there is no such edition",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--date",
            type=typed(day),
            metavar="D",
            help="the edition of that day (default: today's)",
        )
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        now, as_json = timezone.now(), options["as_json"]
        edition = _edition(options["date"], now)
        terms = equation(Digest.objects.filter(edition=edition), now)
        oldest = oldest_due(now)
        wrong = [*_held(edition), *_forgotten(now), *_to_be_settled(), *_wrong_now(oldest, now)]
        facts = {
            "edition": str(edition),
            "papers": edition.candidates.count(),
            "frozen_at": edition.frozen_at,
            **(asdict(terms) if as_json else _in_words(terms)),
            "oldest_due_at": oldest,
            "wrong": wrong if as_json else "; ".join(wrong) or "nothing",
        }
        tell(self.stdout, facts, as_json=as_json)
        if wrong:
            sys.exit(Exit.TROUBLE)


def _in_words(terms: Equation) -> dict[str, object]:
    reasons = ", ".join(f"{count} {reason}" for reason, count in terms.skipped.items())
    skipped = f"{sum(terms.skipped.values())}" + (f" ({reasons})" if reasons else "")
    return asdict(terms) | {"skipped": skipped}


def _held(edition: Edition) -> list[str]:
    return [f"the edition is held: {edition.hold_reason or 'no reason given'}"] * edition.held


def _forgotten(now: datetime) -> Iterator[str]:
    """Of whatever edition."""
    left = {kind: kind.objects.filter(left_behind(now)).count() for kind in KINDS}
    if any(left.values()):
        yield f"{_counted(left)} unexplained: no tick brings them further"
    if readers := forgotten_readers(now):
        yield f"no digest was opened for {readers} long due reader{'s' * (readers > 1)}"


def _to_be_settled() -> Iterator[str]:
    doubtful = {kind: needs_a_person(kind).count() for kind in KINDS}
    if any(doubtful.values()):
        yield f"{_counted(doubtful)} may or may not have arrived: see manage.py reconcile"


def _counted(mails: dict[type[Mail], int]) -> str:
    """2 digests, 1 notice."""
    names = ((kind._meta.verbose_name, count) for kind, count in mails.items() if count)  # noqa: SLF001  # Django's own name
    return ", ".join(f"{count} {name}{'s' * (count > 1)}" for name, count in names)


def _wrong_now(oldest: datetime | None, now: datetime) -> list[str]:
    tick, moving = Tick.objects.first(), Digest.objects.filter(sent_at__gt=now - LATE).exists()
    wrong = standstill.whys()
    if oldest and now - oldest > LATE and not moving:
        wrong.append("digests are due, and none has left for an hour")
    if tick is None or now - tick.finished_at > LONGEST_SILENCE:
        wrong.append("the tick stands still")
    return wrong


def _edition(of: date | None, now: datetime) -> Edition:
    edition = Edition.objects.filter(date=of).first() if of else current_edition(now)
    if edition is None:
        raise CommandError(f"There is no edition of {of}." if of else "There is no edition yet.")
    return edition
