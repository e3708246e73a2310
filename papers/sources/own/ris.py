"""RIS: the entries of a bibliography, a tag and its value on each line."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from papers.identifiers import arxiv_id_in, publishers_doi
from papers.naming import shortened, tidy
from papers.sources import FetchedAuthor, FetchedPaper, Problem
from papers.sources.own.reading import Finding

TAG = re.compile(r"([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?$")
TITLES, ABSTRACTS, AUTHORS = ("TI", "T1", "CT", "BT"), ("AB", "N2"), ("AU", "A1")
DOIS, PLACES = (
    ("DO", "M3", "UR", "L3"),
    ("DO", "UR", "AN", "L1", "L2", "L3", "M1", "M3", "N1", "JO"),
)
LONGEST_VALUE = 20_000  # characters


@dataclass(slots=True)
class Entry:
    """What was read since the last `TY`."""

    line: int
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def first(self, *tags: str) -> str:
        return next((value for tag in tags for value in self.values.get(tag, ()) if value), "")


def findings(text: str, file: str) -> Iterator[Finding]:
    """Every entry in its order; one without a title or id, or a line outside, is a problem."""
    entry: Entry | None = None
    tag = ""
    for number, line in enumerate(text.splitlines(), start=1):
        found = TAG.match(line.rstrip())
        name, value = (found[1], found[2] or "") if found else ("", line)
        if name in {"TY", "ER"}:
            yield from _finished(entry, file)
            entry = Entry(number) if name == "TY" else None
        elif entry is None:
            if value.strip():
                yield Problem(file, number, _outside(line))
        else:
            tag = name or tag
            _add(entry, tag, value, goes_on=not name)
    yield from _finished(entry, file)


def _add(entry: Entry, tag: str, value: str, *, goes_on: bool) -> None:
    """A line without a tag goes on with the value before it."""
    values = entry.values[tag]
    if goes_on and values:
        values[-1] = f"{values[-1]} {value.strip()}"[:LONGEST_VALUE]
    elif not goes_on:
        values.append(tidy(value)[:LONGEST_VALUE])


def _finished(entry: Entry | None, file: str) -> Iterator[Finding]:
    if entry is None:
        return
    title = tidy(entry.first(*TITLES))
    places = (value for tag in PLACES for value in entry.values.get(tag, ()))
    arxiv_id = next(filter(None, map(arxiv_id_in, places)), "")
    doi = publishers_doi(entry.first(*DOIS))
    if not (title or arxiv_id or doi):
        yield Problem(file, entry.line, _("This entry has no title (TI) and no id (DO, UR)."))
        return
    yield FetchedPaper(
        title=title,
        abstract=tidy(entry.first(*ABSTRACTS)),
        authors=tuple(_authors(entry)),
        arxiv_id=arxiv_id,
        doi=doi,
        line=entry.line,
    )


def _authors(entry: Entry) -> Iterator[FetchedAuthor]:
    names = [name for tag in AUTHORS for name in entry.values.get(tag, ())]
    for name in filter(None, names):
        family, _comma, given = name.partition(",")
        yield FetchedAuthor(tidy(f"{given} {family}"))


def _outside(line: str) -> str:
    return _("“%(text)s” stands outside of an entry, which starts with “TY  - ”.") % {
        "text": shortened(tidy(line), 60)
    }
