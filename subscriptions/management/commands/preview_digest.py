"""manage.py preview_digest: what a subscriber's digest would be right now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from papers import editions
from subscriptions.digests.pipeline import preview
from subscriptions.emails.digest import as_mail
from subscriptions.models import Subscriber


class Command(BaseCommand):
    help = (
        "Print the digest that this subscriber would get now, by the code that sends it. "
        "Nothing is sent and nothing is written to the ledger."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="of a subscriber")
        parser.add_argument("--html", type=Path, metavar="FILE", help="write the HTML part there")
        parser.add_argument("--text", type=Path, metavar="FILE", help="write the text part there")

    def handle(self, *args: Any, **options: Any) -> None:
        subscriber = Subscriber.objects.with_address(options["email"]).first()
        if subscriber is None:
            raise CommandError(f"There is no subscriber {options['email']}.")
        now = timezone.now()
        editions.refresh(now)
        content = preview(subscriber, now)
        if not content.items:
            raise CommandError("There is no paper that this subscriber has not had: no digest.")
        mail = as_mail(content)
        parts = {options["html"]: mail.html, options["text"]: mail.text}
        for file, part in parts.items():
            if file:
                self._write(file, part)
        if not any(parts):
            self.stdout.write(f"Subject: {mail.subject}\n\n{mail.text}")

    def _write(self, file: Path, part: str) -> None:
        try:
            file.write_text(part, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Written: {file}")
