"""manage.py preview_digest: what a reader's digest would be right now."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from papers import editions
from papers.choosing import topics_in
from papers.console import Command as OurCommand
from papers.console import Exit, add_json, tell, typed
from subscriptions.digests import pipeline
from subscriptions.emails.digest import DigestContent, as_mail
from subscriptions.emails.message import Mail
from subscriptions.models import Subscriber


class Command(OurCommand):
    help = (
        "Print the digest that this subscriber would get now, or anybody who follows these topics, "
        "by the code that sends it. Nothing is sent and nothing is written to the ledger."
    )
    examples = {
        "preview_digest ada@example.com": "subject and text",
        "preview_digest ada@example.com --html digest.html": "to look at in a browser",
        "preview_digest --topics cs.CV,cs.LG": "for a made-up reader of two topics",
    }
    exit_codes = {Exit.TROUBLE: "no such subscriber, no edition yet, or no paper for them"}

    def add_arguments(self, parser: ArgumentParser) -> None:
        reader = parser.add_mutually_exclusive_group(required=True)
        reader.add_argument("email", nargs="?", metavar="EMAIL", help="of a subscriber")
        reader.add_argument(
            "--topics", type=typed(topics_in), metavar="TOPIC,…", help="of a made-up reader"
        )
        parser.add_argument("--html", type=Path, metavar="FILE", help="write the HTML part there")
        parser.add_argument("--text", type=Path, metavar="FILE", help="write the text part there")
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        editions.refresh(now)
        content = _content(options, now)
        if not content.items:
            raise CommandError("There is no paper that this subscriber has not had: no digest.")
        mail = as_mail(content)
        parts = {options["html"]: mail.html, options["text"]: mail.text}
        written = [_write(file, part) for file, part in parts.items() if file]
        if options["as_json"]:
            tell(self.stdout, _facts(mail, content), as_json=True)
        else:
            self.stdout.write("\n".join(written) or f"Subject: {mail.subject}\n\n{mail.text}")


def _content(options: dict[str, Any], now: datetime) -> DigestContent:
    try:
        if options["topics"]:
            return pipeline.sample(options["topics"], now)
        subscriber = Subscriber.objects.with_address(options["email"]).first()
        if subscriber is None:
            raise CommandError(f"There is no subscriber {options['email']}.")
        return pipeline.preview(subscriber, now)
    except pipeline.NoEdition as error:
        raise CommandError("There is no edition yet: run manage.py ingest first.") from error


def _facts(mail: Mail, content: DigestContent) -> dict[str, object]:
    return {
        "subject": mail.subject,
        "papers": len(content.items),
        "html_bytes": len(mail.html.encode()),
        "text": mail.text,
    }


def _write(file: Path, part: str) -> str:
    try:
        file.write_text(part, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
    return f"Written: {file}"
