"""`manage.py seed`: something to look at, and any number of readers."""

import argparse
import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from papers.models import Topic
from seeds.load import load_papers
from seeds.subscribers import MOST, add_subscribers


class Command(BaseCommand):
    """Loads the demonstration. On the same day once more, it changes nothing."""

    help = (
        "Load topics, the demonstration's papers dated for today, today's edition and those of two "
        "weeks before. On the same day once more, it changes nothing; on a later day, the papers "
        "move on to that day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--subscribers",
            type=_count,
            default=0,
            metavar="N",
            help="have synthetic readers number 1 to N; existing ones stay as they are",
        )
        parser.add_argument(
            "--due", action="store_true", help="new synthetic readers are due for a digest now"
        )
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        if options["due"] and not options["subscribers"]:
            raise CommandError("--due needs readers: add --subscribers N.")
        now = timezone.now()
        loaded = load_papers(now)
        added = _add_with_progress(options["subscribers"], now, due=options["due"])
        facts = {
            "topics": Topic.objects.count(),
            "papers": loaded.papers,
            "papers_created": loaded.created,
            "edition": str(loaded.edition),
            "candidates": loaded.edition.candidates.count(),
            "past_editions_created": loaded.past,
            "subscribers": options["subscribers"],
            "subscribers_created": added,
        }
        self.stdout.write(json.dumps(facts) if options["as_json"] else _in_words(facts))


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= MOST:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 to {MOST}.")


def _add_with_progress(count: int, now: datetime, *, due: bool) -> int:
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        bar = progress.add_task("subscribers", total=count)
        return add_subscribers(
            count, now, due=due, progress=lambda added: progress.advance(bar, added)
        )


def _in_words(facts: dict[str, Any]) -> str:
    lines = [
        "topics: {topics}",
        "papers: {papers}, of them new {papers_created}",
        "edition {edition}: {candidates} papers; editions before it, new {past_editions_created}",
        "subscribers: {subscribers}, of them new {subscribers_created}",
    ]
    return "\n".join(lines if facts["subscribers"] else lines[:-1]).format(**facts)
