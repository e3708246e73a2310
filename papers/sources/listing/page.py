"""A saved page as numbered, tidied lines."""

import codecs
import re
from dataclasses import dataclass
from datetime import date

from papers.naming import tidy
from papers.sources import AuthorProfile, FetchedPaper, Problem

LARGEST_FILE = 20 * 1024 * 1024  # bytes

EMPTY = "the file is empty; expected a page saved as text."
TOO_LARGE = f"the file is larger than {LARGEST_FILE // 1024**2} MB; expected one saved page."
BINARY = "the file is not text (it holds NUL bytes); expected a page saved as UTF-8 text."
NOT_UTF_8 = "the file holds bytes that are not UTF-8; expected a page saved as UTF-8 text."

LINE_END = re.compile(r"\r+\n|\r")  # \r\r\n comes from converting line ends twice

Finding = AuthorProfile | FetchedPaper | Problem


class UnreadableError(Exception):
    """Something the reader must leave out: a whole page or one paper. Told as a `Problem`."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds text, as `papers.naming.tidy` leaves it; numbered from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page without its blank lines, which show only as gaps in the numbering."""

    file: str
    as_of: date
    lines: tuple[Line, ...]

    def problem(self, line: int, message: str) -> Problem:
        return Problem(self.file, line, message)


def open_page(data: bytes, file: str, as_of: date) -> Page:
    """The page in these bytes; `UnreadableError` when they are too many, no text, or blank."""
    if len(data) > LARGEST_FILE:
        raise UnreadableError(1, TOO_LARGE)
    lines = _lines(LINE_END.sub("\n", _text(data)))
    if not lines:
        raise UnreadableError(1, EMPTY)
    return Page(file, as_of, lines)


def _text(data: bytes) -> str:
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UnreadableError(line, BINARY)
    try:
        # not final: a file cut off within its last character is still read
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=False)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(line, NOT_UTF_8) from error


def _lines(text: str) -> tuple[Line, ...]:
    numbered = enumerate(map(tidy, text.split("\n")), start=1)
    return tuple(Line(number, line) for number, line in numbered if line)
