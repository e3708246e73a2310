"""What all commands share: how they teach, how they tell, and how they end.

A command extends `Command` here and says its `examples` and `exit_codes`, which `--help` prints.
`add_json` and `add_dry_run` give it the usual options, `typed` the type of an argument, such as
`day`.
`tell` prints facts and `tell_rows` a table: coloured on a terminal, plain lines in a pipe, and one
JSON object with --json. `progress` is a bar on a terminal and a line now and then in a log.
`rolled_back` is a dry run of what only writes to the database.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import IntEnum
from textwrap import fill
from time import monotonic
from typing import Any, ClassVar, Protocol, TypeVar

from django.core.management.base import BaseCommand, CommandParser, DjangoHelpFormatter
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed
from rich.table import Table
from rich.text import Text

LINE = 100  # characters of help
SECONDS_BETWEEN_LINES = 10.0

Item = TypeVar("Item")


class Exit(IntEnum):
    """How a command ended, for the shell."""

    DONE = 0
    TROUBLE = 1
    USAGE = 2
    REFUSED = 3
    INTERRUPTED = 130


EVERYWHERE = {
    Exit.DONE: "done",
    Exit.TROUBLE: "it failed; standard error says why",
    Exit.USAGE: "the command line was wrong; nothing was done",
    Exit.REFUSED: "a setting was refused; nothing was done",
    Exit.INTERRUPTED: "interrupted (Ctrl-C); doing it again goes on",
}


class Output(Protocol):
    def write(self, msg: str) -> object: ...
    def isatty(self) -> bool: ...


class Command(BaseCommand):
    """`examples`: what is typed after manage.py, and what for; `exit_codes`: unlike EVERYWHERE."""

    examples: ClassVar[Mapping[str, str]] = {}
    exit_codes: ClassVar[Mapping[Exit, str]] = {}

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except UnicodeEncodeError:
            if "".join(argv).isprintable():
                raise
            # a file may be called so, but there is no such address and no such reason
            sys.exit("The command line holds an argument that is no text in UTF-8.")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        teach(parser, self.help, self.examples, self.exit_codes)
        return parser


def teach(
    parser: argparse.ArgumentParser,
    about: str,
    examples: Mapping[str, str],
    exit_codes: Mapping[Exit, str],
) -> None:
    """What `--help` says around the options."""
    parser.formatter_class = _Help
    parser.description = "\n\n".join(fill(each, LINE) for each in about.split("\n\n"))
    shown = [f"  manage.py {line}\n      {purpose}" for line, purpose in examples.items()]
    codes = [
        f"  {code:<4d} {words}" for code, words in sorted({**EVERYWHERE, **exit_codes}.items())
    ]
    parts = [["Examples:", *shown]] if shown else []
    parser.epilog = "\n\n".join("\n".join(part) for part in [*parts, ["Exit codes:", *codes]])


def add_json(parser: argparse.ArgumentParser) -> None:
    """`options["as_json"]`."""
    parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    """`options["dry_run"]`."""
    parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would be")


def typed(read: Callable[[str], Item]) -> Callable[[str], Item]:
    """`read` as the type of an argument: what its ValueError says is told."""

    def argument(text: str) -> Item:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return argument


def day(text: str) -> date:
    """To be `typed`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a date; expected one such as 2026-11-20.") from None


def tell(output: Output, facts: Mapping[str, object], *, as_json: bool = False) -> None:
    """A fact a line."""
    if as_json:
        output.write(json.dumps(facts, default=_as_text))
        return
    rows = [[name.replace("_", " "), _in_words(fact)] for name, fact in facts.items()]
    if output.isatty():
        tell_rows(output, ("", ""), rows)
    else:
        output.write("\n".join(": ".join(row) for row in rows))


def _as_text(fact: object) -> str:
    return fact.isoformat() if isinstance(fact, datetime) else str(fact)


def _in_words(fact: object) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, datetime):
        return f"{fact:%Y-%m-%d %H:%M} UTC"
    return "none" if fact is None else str(fact)


def tell_rows(
    output: Output,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    colours: Mapping[str, str] | None = None,
) -> None:
    """`colours`: of rows, by what stands in their first column."""
    if not output.isatty():
        output.write("\n".join("  ".join(filter(None, row)) for row in rows))
        return
    table = Table(
        *columns, show_header=any(columns), box=None, pad_edge=False, padding=(0, 3, 0, 0)
    )
    for row in rows:
        first, *others = row
        table.add_row(Text(first, style=(colours or {}).get(first, "")), *map(Text, others))
    screen = Console()
    with screen.capture() as drawn:
        screen.print(table)
    output.write(drawn.get())


@contextmanager
def rolled_back(*, when: bool) -> Iterator[None]:
    if not when:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def progress(
    what: str,
    total: int | None,
    errors: Output,
    *,
    quiet: bool = False,
    every: float = SECONDS_BETWEEN_LINES,
) -> Iterator[Callable[[int], None]]:
    """Gives what is called with how many are done; in a log, a line at most `every` seconds."""
    screen = Console(stderr=True)
    if quiet:
        yield lambda _: None
    elif screen.is_terminal:
        columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn()]
        with Progress(
            *columns, MofNCompleteColumn(), Elapsed(), console=screen, transient=True
        ) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)
    else:
        yield _lines(what, total, errors, every)


def tracked(items: Sequence[Item], what: str, errors: Output, *, quiet: bool) -> Iterator[Item]:
    """Each of the items, with progress."""
    with progress(what, len(items), errors, quiet=quiet) as at:
        for done, item in enumerate(items):
            at(done)
            yield item


def _lines(what: str, total: int | None, errors: Output, every: float) -> Callable[[int], None]:
    last = monotonic()
    of = f" of {total}" if total else " so far"

    def at(done: int) -> None:
        nonlocal last
        if monotonic() - last >= every:
            last = monotonic()
            errors.write(f"{what} {done}{of}")

    return at


class _Help(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Paragraphs as written, without the options that every command of Django has."""

    def add_usage(self, usage: Any, actions: Any, *args: Any, **kwargs: Any) -> None:
        super().add_usage(usage, self._own(actions), *args, **kwargs)

    def add_arguments(self, actions: Any) -> None:
        super().add_arguments(self._own(actions))

    def _own(self, actions: Iterable[argparse.Action]) -> list[argparse.Action]:
        return [each for each in actions if not self.show_last & set(each.option_strings)]
