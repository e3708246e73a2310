"""`manage.py seed`: something to look at, and any number of readers."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from papers.console import Command as OurCommand
from papers.console import Exit, add_dry_run, add_json, progress, rolled_back, tell, typed
from papers.models import Topic
from seeds.load import load_papers
from seeds.subscribers import MOST, add_subscribers


class Command(OurCommand):
    """Loads the demonstration. On the same day once more, it changes nothing."""

    help = (
        "Load topics, the demonstration's papers dated for today, today's edition and those of two "
        "weeks before. On the same day once more, it changes nothing; on a later day, the papers "
        "move on to that day. Not for an installation with readers of its own."
    )
    examples = {
        "seed": "something to look at",
        "seed --subscribers 5000 --due": "and readers who wait for their digests, to measure",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--subscribers",
            type=typed(_count),
            default=0,
            metavar="N",
            help="have synthetic readers number 1 to N; existing ones stay as they are",
        )
        parser.add_argument(
            "--due", action="store_true", help="new synthetic readers are due for a digest now"
        )
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        if options["due"] and not options["subscribers"]:
            raise CommandError("--due needs readers: add --subscribers N.", returncode=Exit.USAGE)
        with rolled_back(when=options["dry_run"]):
            facts = self._load(options)
        if options["as_json"]:
            tell(self.stdout, facts, as_json=True)
        else:
            dry_run = "dry run, nothing was changed\n" if options["dry_run"] else ""
            self.stdout.write(dry_run + _in_words(facts))

    def _load(self, options: dict[str, Any]) -> dict[str, Any]:
        now, readers = timezone.now(), options["subscribers"]
        loaded = load_papers(now)
        with progress("readers", readers, self.stderr, quiet=options["as_json"]) as so_far:
            added = add_subscribers(readers, now, due=options["due"], progress=so_far)
        return {
            "topics": Topic.objects.count(),
            "papers": loaded.papers,
            "papers_created": loaded.created,
            "edition": str(loaded.edition),
            "candidates": loaded.edition.candidates.count(),
            "past_editions_created": loaded.past,
            "subscribers": readers,
            "subscribers_created": added,
        }


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= MOST:
        return int(text)
    raise ValueError(f"'{text}' is not a whole number from 0 to {MOST}.")


def _in_words(facts: dict[str, Any]) -> str:
    lines = [
        "topics: {topics}",
        "papers: {papers}, of them new {papers_created}",
        "edition {edition}: {candidates} papers; editions before it, new {past_editions_created}",
        "subscribers: {subscribers}, of them new {subscribers_created}",
    ]
    return "\n".join(lines if facts["subscribers"] else lines[:-1]).format(**facts)
