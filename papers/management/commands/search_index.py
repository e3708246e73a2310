"""`manage.py search_index`: the search index made anew."""

from typing import Any

from django.core.management.base import BaseCommand

from papers.search import index_all


class Command(BaseCommand):
    """The index follows papers by itself; this is for a restored database or a new version."""

    help = "Index all papers for the search again. Doing it twice changes nothing."

    def handle(self, *_: Any, **options: Any) -> None:
        done = index_all(progress=self._tell if self.stdout.isatty() else lambda _: None)
        self.stdout.write(f"indexed {done} papers")

    def _tell(self, done: int) -> None:
        self.stdout.write(f"{done} papers so far", ending="\r")
