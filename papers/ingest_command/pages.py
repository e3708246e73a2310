"""What the chosen source hands over, page by page, and read when asked for."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from papers.ingest_command.options import LISTING, STANDARD_INPUT, wanted_of
from papers.pace import shared_web
from papers.schedule.citing import papers_to_cite
from papers.sources import Fetched, Problem, SourceError, Wanted
from papers.sources.listing import read_listing
from papers.sources.listing.page import LARGEST_FILE
from papers.sources.registry import FILE_SOURCES, SOURCES, FileSource

BLANK = b" \t\r\n\xef\xbb\xbf"
OTHER_KINDS = {"jsonl": (b"@", "BibTeX", "bibtex"), "bibtex": (b"{", "JSON Lines", "jsonl")}
CITED_AT_A_TIME = 500  # papers, where neither ids nor a limit are given


@dataclass(frozen=True, slots=True)
class Page:
    """`file` names it in problems; `as_of` is the day that its figures are of."""

    fetched: Fetched
    file: str
    as_of: date | None = None


def pages_of(options: dict[str, Any], now: datetime) -> Iterator[Page]:
    """SourceError when the source fails; a file that cannot be read is a problem among others."""
    name = options["source"]
    if name == LISTING:
        as_of = options["as_of"] or now.date()
        return (Page(_saved_page(file, as_of), file, as_of) for file in options["files"])
    if name in FILE_SOURCES:
        return _file_pages(FILE_SOURCES[name], options["files"])
    return _network_pages(name, wanted_of(options), now)


def _network_pages(name: str, wanted: Wanted, now: datetime) -> Iterator[Page]:
    if name == "semantic-scholar" and not wanted.ids:
        ids = papers_to_cite(now).values_list("arxiv_id", flat=True)
        wanted = replace(wanted, ids=tuple(map(str, ids[: wanted.limit or CITED_AT_A_TIME])))
        if not wanted.ids:
            yield Page(Fetched(note="no paper's citations are due"), name)
            return
    with shared_web() as web:
        for fetched in SOURCES[name].fetch(wanted, web, now):
            yield Page(fetched, name)


def _file_pages(source: FileSource, files: list[str]) -> Iterator[Page]:
    for file in files:
        if other := _looks_like(file, source.name):
            yield Page(Fetched(problems=(Problem(file, 1, other),)), file)
            continue
        try:
            for fetched in source.read(Path(file)):
                yield Page(fetched, file)
        except SourceError as error:  # of one file: the others are read
            yield Page(Fetched(problems=(Problem(file, 1, str(error)),)), file)


def _looks_like(file: str, source: str) -> str:
    """What to do about a file of another kind, told by its first sign; "" for a likely one."""
    sign, kind, command = OTHER_KINDS[source]
    try:
        if not Path(file).is_file():
            return ""  # a pipe is read once
        with Path(file).open("rb") as start:
            first = start.read(1000).lstrip(BLANK)[:1]
    except (OSError, ValueError):
        return ""  # the reader says it better
    return f"this looks like {kind}; read it by `ingest {command}`." if first == sign else ""


def _saved_page(file: str, as_of: date) -> Fetched:
    try:
        if file != STANDARD_INPUT and not stat.S_ISREG(Path(file).stat().st_mode):
            return _unreadable(file, "it is not a regular file")  # a pipe might never end
        with Path(file).open("rb") as page:
            data = page.read(LARGEST_FILE + 1)  # one byte too many is told by the reader
    except OSError as error:
        return _unreadable(file, str(error.strerror))
    return read_listing(data, file, as_of)


def _unreadable(file: str, reason: str) -> Fetched:
    told = f"the file cannot be read: {reason}; expected a page saved as text."
    return Fetched(problems=(Problem(file, 1, told),))
