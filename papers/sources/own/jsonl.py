"""JSON Lines: one paper a line, as an object with the fields that docs/files.md lists.

A file of any length is read in constant memory. Its name ends in .gz if it is compressed.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from papers.sources import Fetched, FetchedPaper, Problem
from papers.sources.own.jsonl_fields import FIELDS, WrongValueError, paper_from
from papers.sources.own.reading import Finding, in_batches, opened
from papers.taxonomy import code_for_label

LONGEST_LINE = 1024 * 1024  # bytes
MOST_NAMES = 20  # in a note

TOO_LONG = f"the line is longer than {LONGEST_LINE // 1024**2} MB; expected one paper a line."
NOT_UTF_8 = "the line holds bytes that are not UTF-8; expected UTF-8 text."
NOT_JSON = "the line is not sound JSON ({reason}); expected one object, such as {example}."
TOO_DEEP = "the line is nested too deeply; expected one object with a paper's fields."
NO_OBJECT = "expected one object a line, such as {example}, not {kind}."
BROKEN_OFF = "the compressed file cannot be read on from here ({reason}); pack it again."
EXAMPLE = '{"title": "…"}'
KINDS = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}


def read(path: Path) -> Iterator[Fetched]:
    """All papers of the file; a line that cannot be read is a problem, the others are read."""
    with opened(path) as file:
        yield from in_batches(str(path), _findings(file, path))


def _findings(file: BinaryIO, path: Path) -> Iterator[Finding]:
    strangers = Strangers()
    number = 0
    try:
        for number, line in _lines(_decompressed(file, path)):
            if finding := _finding(line, number, str(path), strangers):
                yield finding
    except (EOFError, OSError, zlib.error) as error:
        yield Problem(str(path), number + 1, BROKEN_OFF.format(reason=error))
    yield from strangers.notes()


def _decompressed(file: BinaryIO, path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file


def _lines(file: BinaryIO | gzip.GzipFile) -> Iterator[tuple[int, bytes]]:
    """Numbered from 1; of a line that is too long, no more than shows that it is."""
    for number in count(1):
        line = file.readline(LONGEST_LINE + 1)
        if not line:
            return
        yield number, line
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


def _finding(
    line: bytes, number: int, file: str, strangers: "Strangers"
) -> FetchedPaper | Problem | None:
    """None for an empty line."""
    try:
        entry = _entry(line)
        if entry is None:
            return None
        paper = paper_from(entry, number)
    except WrongValueError as error:
        return Problem(file, number, str(error))
    strangers.meet(entry, paper)
    return paper


def _entry(line: bytes) -> dict[str, Any] | None:
    if len(line) > LONGEST_LINE:
        raise WrongValueError(TOO_LONG)
    try:
        text = line.decode("utf-8-sig").strip()
        entry = json.loads(text) if text else None
    except UnicodeDecodeError as error:
        raise WrongValueError(NOT_UTF_8) from error
    except RecursionError as error:
        raise WrongValueError(TOO_DEEP) from error
    except ValueError as error:
        raise WrongValueError(NOT_JSON.format(reason=error, example=EXAMPLE)) from error
    if text and not isinstance(entry, dict):
        kind = KINDS.get(type(entry), "a number")
        raise WrongValueError(NO_OBJECT.format(example=EXAMPLE, kind=kind))
    return entry


class Strangers:
    """Names of fields and topics that nobody knows, each told once and not per line."""

    def __init__(self) -> None:
        self._fields: dict[str, None] = {}
        self._topics: dict[str, None] = {}

    def meet(self, entry: dict[str, Any], paper: FetchedPaper) -> None:
        fields = (name for name in entry if name not in FIELDS)
        topics = (code for code in paper.topics if code_for_label(code) is None)
        for met, names in ((self._fields, fields), (self._topics, topics)):
            for name in names:
                if len(met) <= MOST_NAMES:
                    met[name[:60]] = None

    def notes(self) -> Iterator[str]:
        for what, met in (("fields", self._fields), ("topics", self._topics)):
            if met:
                names = ", ".join(repr(name) for name in list(met)[:MOST_NAMES])
                more = ", …" if len(met) > MOST_NAMES else ""
                yield f"Unknown {what} were passed over: {names}{more}."
