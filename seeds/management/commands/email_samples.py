"""manage.py email_samples: every mail there is, as files to look at."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from papers.console import Command as OurCommand
from seeds.mails import samples


class Command(OurCommand):
    help = (
        "Write every kind of mail, in each language, as .html and .txt into a folder: made by the "
        "code that sends, from invented facts. Nothing is sent, and no database is needed."
    )
    examples = {"email_samples build/emails": "to look at in a browser"}
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="made if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        count = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for language, _ in settings.LANGUAGES:
                for sample in samples(language):
                    _write(folder / f"{sample.name}.{language}", sample.mail.html, sample.mail.text)
                    count += 1
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}.") from error
        self.stdout.write(f"{count} mails in {folder}")


def _write(name: Path, html: str, text: str) -> None:
    """As NAME.txt and, unless it is plain text only, NAME.html."""
    name.with_name(f"{name.name}.txt").write_text(text, encoding="utf-8")
    if html:
        name.with_name(f"{name.name}.html").write_text(html, encoding="utf-8")
