from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

from papers import topic_names

OURS = {
    "locale": [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE],
    "ignore_patterns": [".venv*", "tests", "benchmarks", "docs", "build", "data", "staticfiles"],
    "no_location": True,
    "no_wrap": True,
    "no_obsolete": True,
}


class Command(makemessages.Command):
    help = "Gather what readers see into locale/: Django's command, with our choices."
    # A translation that was guessed would be read by nobody until a reader meets it.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options | OURS)
        for folder in settings.LOCALE_PATHS:
            for file in Path(folder).glob("*/LC_MESSAGES/django.po"):
                _forget_the_time(file)

    def build_potfiles(self) -> list[str]:
        """And the names of topics, which stand in no code."""
        gathered: list[str] = super().build_potfiles()
        for file in set(gathered):
            with Path(file).open("a", encoding="utf-8") as pot:
                pot.writelines(map(_entry, topic_names.translatable()))
        return gathered


def _entry(name: str) -> str:
    return f'\nmsgctxt "{topic_names.CONTEXT}"\nmsgid "{name}"\nmsgstr ""\n'


def _forget_the_time(file: Path) -> None:
    """Gathered twice, the file stays the same."""
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date')))
