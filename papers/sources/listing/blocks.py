"""Where the papers of an author page start: at marks such as "CVNov 24, 2023Code"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from papers.sources import FetchedAuthor
from papers.sources.listing.dates import DATE
from papers.sources.listing.page import Line, UnreadableError

LONGEST_TITLE = 1000  # characters

# CV, QUANT-PH or the whole cs.CV; the date; and "Code" where there is some
LABEL = r"(?P<label>(?:[a-z-]+\.)?[A-Z][A-Z.-]*)"
MARK = re.compile(rf"{LABEL}?(?P<date>{DATE})(?P<code>Code)?")


@dataclass(frozen=True, slots=True)
class Mark:
    """The line above a paper. Its label may be unknown or missing, its date impossible."""

    label: str
    date: str
    has_code: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A mark and the lines below it, up to the next mark."""

    line: int
    mark: Mark
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a layout finds in a block; `strays` are lines that are none of it."""

    title: str
    authors: tuple[FetchedAuthor, ...]
    abstract: str
    strays: tuple[Line, ...]


def check_title(title: str, line: int) -> None:
    """Refuses, as `UnreadableError`, what can't be a title."""
    if len(title) > LONGEST_TITLE:
        raise UnreadableError(
            line,
            f"the title is {len(title):,} characters long; expected up to {LONGEST_TITLE:,}.",
        )


def read_mark(text: str) -> Mark | None:
    """The mark in a line, or None when the line is something else."""
    found = MARK.fullmatch(text)
    return Mark(found["label"] or "", found["date"], bool(found["code"])) if found else None


def lines_above_blocks(lines: Iterable[Line]) -> tuple[Line, ...]:
    """What stands before the first mark."""
    above = []
    for line in lines:
        if read_mark(line.text):
            break
        above.append(line)
    return tuple(above)


def split_blocks(lines: tuple[Line, ...]) -> Iterator[Block]:
    """The blocks of a page in their order."""
    marks = [(at, mark) for at, line in enumerate(lines) if (mark := read_mark(line.text))]
    ends = [at for at, _ in marks[1:]] + [len(lines)]
    for (at, mark), end in zip(marks, ends, strict=False):
        yield Block(lines[at].number, mark, lines[at + 1 : end])
