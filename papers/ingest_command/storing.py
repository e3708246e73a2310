"""Each page stored and forgotten; what came of all of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from papers.console import rolled_back
from papers.ingest import IngestReport, ingest
from papers.ingest_command.pages import Page
from papers.sources import Problem, SourceError

PROBLEMS_KEPT = 1000

Clock = Callable[[], datetime]


@dataclass
class Outcome:
    """So far: the counts, a bounded number of problems, and what ended it early, if anything."""

    pages: int = 0
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    problems_left_out: int = 0
    notes: list[str] = field(default_factory=list)
    error: str = ""
    interrupted: bool = False

    def add(self, report: IngestReport, note: str) -> None:
        self.pages += 1
        self.read += report.read
        self.created += report.created
        self.updated += report.updated
        self.unchanged += report.unchanged
        room = PROBLEMS_KEPT - len(self.problems)
        self.problems += report.problems[:room]
        self.problems_left_out += len(report.problems[room:])
        if note and note not in self.notes:
            self.notes.append(note)


def store(pages: Iterable[Page], source: str, clock: Clock, *, dry_run: bool) -> Iterator[Outcome]:
    """The outcome after each page, always the same one; what ends it early stands in it."""
    outcome = Outcome()
    yield outcome
    try:
        for page in pages:
            with rolled_back(when=dry_run):
                report = ingest(
                    page.fetched, source=source, now=clock(), file=page.file, as_of=page.as_of
                )
            outcome.add(report, page.fetched.note)
            yield outcome
    except SourceError as error:
        outcome.error = str(error)
    except KeyboardInterrupt:
        outcome.interrupted = True
