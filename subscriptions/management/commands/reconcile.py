"""manage.py reconcile: mails of which nobody knows whether they left."""

from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from papers.admin.log import record
from papers.console import Command as OurCommand
from papers.console import Exit, add_dry_run, add_json, rolled_back, tell, tell_rows, typed
from papers.models import Edition
from subscriptions import settling
from subscriptions.models import Digest, Notice
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.settling import KINDS, Mail

SHOWN = 100
MOST_HOURS = 100_000  # eleven years
COLUMNS = ("state", "mail", "number", "of", "last attempt", "attempts", "why", "Message-ID")
KEYS = [column.lower().replace(" ", "_").replace("-", "_") for column in COLUMNS]
CHOICES: dict[
    type[Mail], dict[str, str]
] = {  # what each option narrows; others leave that kind out
    Digest: {"edition": "edition__date", "older_than": "due_at__lt", "digest": "pk"},
    Notice: {
        "edition": "correction__edition__date",
        "older_than": "asked_at__lt",
        "notice": "pk",
    },
}
NARROWING = ("edition", "older_than", "digest", "notice")


class Command(OurCommand):
    help = (
        "Show the digests and notices that may have left or not, and settle them. A process died "
        "while sending, or the server's reply was lost, and DIGEST_UNKNOWN_POLICY left it to you."
        "\n\nLook into the mail server's log first, by the Message-ID. --sent: nothing more is "
        "sent; whoever got no digest never gets these papers. --resend: the same mail once more, "
        "with the same Message-ID; whoever got it may see it twice. Only a reader's last digest is "
        "sent again, for two days, and never after their next one is due; a notice for as long as "
        "it is fresh; others stay as they are. Doing it twice settles nothing twice."
    )
    examples = {
        "reconcile": "what is there to settle?",
        "reconcile --resend --edition 2026-11-20 --dry-run": "how many would be sent once more",
        "reconcile --sent --older-than 48": "believe that the old ones arrived",
        "reconcile --resend --all": "prefer a second copy to a loss, for all that can still come",
    }
    exit_codes = {
        Exit.DONE: "nothing is left to settle, of those that were asked for",
        Exit.TROUBLE: "some are left; or there is no such edition, digest or notice",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--list", action="store_true", help="only show them; the default")
        act.add_argument("--sent", action="store_true", help="they left: nothing more is sent")
        act.add_argument("--resend", action="store_true", help="send them once more")
        parser.add_argument(
            "--edition", type=typed(_day), metavar="D", help="of edition D and its corrections"
        )
        parser.add_argument(
            "--older-than",
            type=typed(_hours),
            metavar="H",
            help="due, or asked for, more than H hours ago",
        )
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--digest", type=int, metavar="N", help="the digest of that number")
        one.add_argument("--notice", type=int, metavar="N", help="the notice of that number")
        parser.add_argument("--all", action="store_true", help="whichever there are")
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        now = timezone.now()
        acting = options["sent"] or options["resend"]
        wanted = _wanted(options, now)
        if acting and not (options["all"] or wanted):
            told = "Which ones? Name --edition, --older-than, --digest or --notice, or say --all."
            raise CommandError(told, returncode=Exit.USAGE)
        _check_that_there_are(options)
        chosen = [each for kind in KINDS if (each := _chosen(kind, wanted)) is not None]
        before = [mail for mails in chosen for mail in mails.select_related(*mails.related)]
        with rolled_back(when=options["dry_run"]):
            settled = sum(_settle(mails, now, sent=options["sent"]) for mails in chosen if acting)
            left = sum(mails.count() for mails in chosen)
        facts = {"unsettled": len(before), "settled": settled, "left": left}
        if options["as_json"]:
            rows = {"mails": [dict(zip(KEYS, _row(mail), strict=True)) for mail in before]}
            tell(self.stdout, facts | {"dry_run": options["dry_run"]} | rows, as_json=True)
        else:
            self._tell(before, facts, dry_run=options["dry_run"])
        if left:
            raise SystemExit(Exit.TROUBLE)

    def _tell(self, mails: list[Mail], facts: dict[str, int], *, dry_run: bool) -> None:
        if mails:
            tell_rows(self.stdout, COLUMNS, map(_row, mails[:SHOWN]))
        if len(mails) > SHOWN:
            self.stdout.write(f"and {len(mails) - SHOWN} more")
        if dry_run:
            self.stdout.write("Dry run: nothing was changed; this is what would be.")
        tell(self.stdout, facts)


def _check_that_there_are(options: dict[str, Any]) -> None:
    """Those that were asked for by their day or number."""
    if (day := options["edition"]) and not Edition.objects.filter(date=day).exists():
        raise CommandError(f"There is no edition of {day}.")
    for kind, name in ((Digest, "digest"), (Notice, "notice")):
        number = options[name]
        if number is not None and not kind.objects.filter(pk=number).exists():
            raise CommandError(f"There is no {name} {number}.")


def _wanted(options: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What was said of which ones are meant."""
    said = {name: options[name] for name in NARROWING if options[name] is not None}
    if "older_than" in said:
        said["older_than"] = now - said["older_than"]
    return said


def _chosen(kind: type[Mail], wanted: dict[str, Any]) -> OutgoingQuerySet | None:
    """None: no mail of that kind is meant."""
    columns = CHOICES[kind]
    if not columns.keys() >= wanted.keys():
        return None
    facts = {columns[name]: value for name, value in wanted.items()}
    return settling.unsettled(kind).filter(**facts).order_by("pk")


def _settle(mails: OutgoingQuerySet, now: datetime, *, sent: bool) -> int:
    before = list(mails.select_related(*mails.related))
    settle = settling.settle_as_sent if sent else settling.settle_to_resend
    settle(mails, now)
    settled = settling.settled_since(mails.model, before)
    told = "Settled as sent" if sent else "Settled to be sent again"
    record("manage.py reconcile", settled, told)
    return len(settled)


def _row(mail: Mail) -> tuple[str, ...]:
    name, of = (
        ("digest", str(mail.local_date))
        if isinstance(mail, Digest)
        else ("notice", mail.get_kind_display())
    )
    tried = f"{mail.sending_at:%Y-%m-%d %H:%M} UTC" if mail.sending_at else "unknown"
    attempts, message_id = str(mail.attempts), mail.message_id
    return (mail.state, name, str(mail.pk), of, tried, attempts, mail.reason, message_id)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date such as 2026-11-21") from None


def _hours(text: str) -> timedelta:
    if not text.isdecimal() or int(text) > MOST_HOURS:
        raise ValueError(f"{text!r} is not a number of hours such as 48")
    return timedelta(hours=int(text))
