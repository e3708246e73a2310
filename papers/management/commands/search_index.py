"""`manage.py search_index`: the search index made anew."""

from typing import Any

from django.core.management.base import CommandParser

from papers.console import Command as OurCommand
from papers.console import add_json, progress, tell
from papers.models import Paper
from papers.search import index_all


class Command(OurCommand):
    help = (
        "Index all papers for the search again. The index follows papers by itself: this is for a "
        "database that was filled by other means. Doing it twice changes nothing."
    )
    examples = {"search_index": "after rows were loaded with loaddata or psql"}

    def add_arguments(self, parser: CommandParser) -> None:
        add_json(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        quiet = options["as_json"]
        with progress("papers", Paper.objects.count(), self.stderr, quiet=quiet) as so_far:
            done = index_all(progress=so_far)
        tell(self.stdout, {"papers_indexed": done}, as_json=options["as_json"])
