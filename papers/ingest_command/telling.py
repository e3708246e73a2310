"""What people see: progress on a terminal, a line a page where there is none, and the end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Protocol

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from papers.ingest_command.storing import Outcome


class Output(Protocol):
    def write(self, msg: str) -> object: ...


class Watching(Protocol):
    def page(self, outcome: Outcome) -> None: ...


class Lines:
    """For logs: a line a page."""

    def __init__(self, source: str, output: Output) -> None:
        self.source, self.output = source, output

    def page(self, outcome: Outcome) -> None:
        if outcome.pages:
            self.output.write(f"{self.source}: {_so_far(outcome)}")


class Screen:
    """For a terminal: one line that moves."""

    def __init__(self, source: str, progress: Progress) -> None:
        self.source, self.progress = source, progress
        self.task = progress.add_task(f"{source}: asking for the first page", total=None)

    def page(self, outcome: Outcome) -> None:
        if outcome.pages:
            told = f"{self.source}: {_so_far(outcome)}; waiting for the next page"
            self.progress.update(self.task, description=told)


class Silence:
    def page(self, outcome: Outcome) -> None:
        pass


@contextmanager
def watching(source: str, output: Output, *, lines: bool) -> Iterator[Watching]:
    """`lines`: whether a log gets a line a page."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield Lines(source, output) if lines else Silence()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        yield Screen(source, progress)


def as_json(outcome: Outcome) -> str:
    """The counts and problems; `problems_left_out`, `notes`, `error` … where there are any."""
    facts = asdict(outcome)
    facts.pop("pages")
    always = {"read", "created", "updated", "unchanged", "problems"}
    return json.dumps({name: fact for name, fact in facts.items() if fact or name in always})


def tell(outcome: Outcome, output: Output, errors: Output, *, dry_run: bool) -> None:
    prefix = "dry run, nothing was changed; papers" if dry_run else "papers"
    output.write(
        f"{prefix}: read {outcome.read}, created {outcome.created}, "
        f"updated {outcome.updated}, unchanged {outcome.unchanged}"
    )
    for note in outcome.notes:
        output.write(f"note: {note}")
    for problem in outcome.problems:
        errors.write(f"{problem.file}:{problem.line}: {problem.message}")
    if outcome.problems_left_out:
        errors.write(f"… and {outcome.problems_left_out} more problems")
    if outcome.error:
        errors.write(f"The source failed: {outcome.error}")
    if outcome.interrupted:
        errors.write("Interrupted; what is told above is stored. The same command completes it.")


def _so_far(outcome: Outcome) -> str:
    return f"{outcome.read} papers so far"
