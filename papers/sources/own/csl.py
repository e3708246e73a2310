"""CSL JSON, as Zotero and others export it: a list of objects, one for each paper."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from papers.identifiers import arxiv_id_in, publishers_doi
from papers.naming import tidy
from papers.sources import FetchedAuthor, FetchedPaper, Problem
from papers.sources.own.reading import Finding

BETWEEN = re.compile(r"[\s,]*")
PLACES = ("DOI", "URL", "number", "note", "archive_location", "container-title")
LONGEST_TEXT = 20_000  # characters
BY_ENTRY = 0  # instead of a line: programs write all of it on one, so entries are counted
TAGS = re.compile(r"</?(?:i|b|sub|sup|sc|span|jats:\w+|p)\b[^>]{0,200}>", re.IGNORECASE)


def findings(text: str, file: str) -> Iterator[Finding]:
    """Every object in its order; those before a place that is broken are read all the same."""
    decoder = json.JSONDecoder()
    at, number = _start(text), 0
    while at < len(text) and text[at] != "]":
        number += 1
        try:
            entry, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield Problem(file, BY_ENTRY, _breaks_off(number))
            return
        yield _finding(entry, number, file)
        at = _skipped(text, at)


def _start(text: str) -> int:
    """A single object is read as a list of one."""
    at = _skipped(text, 0)
    return _skipped(text, at + 1) if text[at : at + 1] == "[" else at


def _skipped(text: str, at: int) -> int:
    found = BETWEEN.match(text, at)
    return found.end() if found else at


def _breaks_off(number: int) -> str:
    sentence = _(
        "Entry %(number)d is no sound JSON, such as a list that was cut off: it and all after it "
        "were left out."
    )
    return sentence % {"number": number}


def _finding(entry: Any, number: int, file: str) -> Finding:
    fields = entry if isinstance(entry, dict) else {}
    title = _text(fields.get("title"))
    places = {name: text for name in PLACES if (text := _text(fields.get(name)))}
    arxiv_id = next(filter(None, map(arxiv_id_in, places.values())), "")
    dois = (publishers_doi(places[name]) for name in ("DOI", "URL") if name in places)
    doi = next(filter(None, dois), "")
    if not (title or arxiv_id or doi):
        sentence = _("Entry %(number)d has no “title” and no “DOI”: it was left out.")
        return Problem(file, BY_ENTRY, sentence % {"number": number})
    return FetchedPaper(
        title=title,
        abstract=_text(fields.get("abstract")),
        authors=tuple(_authors(fields.get("author"))),
        arxiv_id=arxiv_id,
        doi=doi,
        line=BY_ENTRY,
    )


def _authors(names: Any) -> Iterator[FetchedAuthor]:
    for name in names if isinstance(names, list) else ():
        if isinstance(name, dict):
            parts = (_text(name.get(part)) for part in ("given", "family", "literal"))
            if whole := " ".join(filter(None, parts)):
                yield FetchedAuthor(whole)


def _text(value: Any) -> str:
    return tidy(TAGS.sub("", value[:LONGEST_TEXT])) if isinstance(value, str) else ""
