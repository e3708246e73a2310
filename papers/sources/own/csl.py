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
TAGS = re.compile(r"</?(?:i|b|sub|sup|sc|span|jats:\w+|p)\b[^>]{0,200}>", re.IGNORECASE)


def findings(text: str, file: str) -> Iterator[Finding]:
    """Every object in its order; those before a place that is broken are read all the same."""
    decoder = json.JSONDecoder()
    at, line, counted = _start(text), 1, 0
    while at < len(text) and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            entry, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield Problem(file, line, _("From here on it is no sound JSON: the rest was left out."))
            return
        yield _finding(entry, line, file)
        at = _skipped(text, at)


def _start(text: str) -> int:
    """A single object is read as a list of one."""
    at = _skipped(text, 0)
    return _skipped(text, at + 1) if text[at : at + 1] == "[" else at


def _skipped(text: str, at: int) -> int:
    found = BETWEEN.match(text, at)
    return found.end() if found else at


def _finding(entry: Any, line: int, file: str) -> Finding:
    fields = entry if isinstance(entry, dict) else {}
    title = _text(fields.get("title"))
    places = {name: text for name in PLACES if (text := _text(fields.get(name)))}
    arxiv_id = next(filter(None, map(arxiv_id_in, places.values())), "")
    dois = (publishers_doi(places[name]) for name in ("DOI", "URL") if name in places)
    doi = next(filter(None, dois), "")
    if not (title or arxiv_id or doi):
        return Problem(file, line, _("This entry has no “title” and no “DOI”."))
    return FetchedPaper(
        title=title,
        abstract=_text(fields.get("abstract")),
        authors=tuple(_authors(fields.get("author"))),
        arxiv_id=arxiv_id,
        doi=doi,
        line=line,
    )


def _authors(names: Any) -> Iterator[FetchedAuthor]:
    for name in names if isinstance(names, list) else ():
        if isinstance(name, dict):
            parts = (_text(name.get(part)) for part in ("given", "family", "literal"))
            if whole := " ".join(filter(None, parts)):
                yield FetchedAuthor(whole)


def _text(value: Any) -> str:
    return tidy(TAGS.sub("", value[:LONGEST_TEXT])) if isinstance(value, str) else ""
