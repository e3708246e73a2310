"""A paper from the fields of a BibTeX entry."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from django.utils.translation import gettext_noop as _

from papers.identifiers import arxiv_id_in, publishers_doi, version_of
from papers.naming import tidy
from papers.sources import FetchedAuthor, FetchedPaper
from papers.sources.latex import plain_text
from papers.sources.own.bibtex_values import MONTHS
from papers.taxonomy import code_for_label

NO_TITLE = _("the entry '{key:.60}' has no title; it was left out.")

FULL_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?\b", re.ASCII)
PREPRINT = re.compile(r"arxiv|\bcorr\b", re.IGNORECASE)  # what stands for "in no journal yet"

Fields = Mapping[str, str]  # by name in small letters


def paper_from(fields: Fields, line: int) -> FetchedPaper | None:
    """None without a title."""
    title = _text(fields, "title")
    if not title:
        return None
    arxiv_id = _arxiv_id(fields)
    topic = _topic(fields)
    journal = _text(fields, "journal", "journaltitle", "booktitle")
    return FetchedPaper(
        title=title,
        abstract=_text(fields, "abstract"),
        authors=tuple(_authors(fields.get("author", ""))),
        published_on=_published_on(fields),
        primary_topic=topic,
        topics=(topic,) if topic else (),
        arxiv_id=arxiv_id,
        doi=publishers_doi(_verbatim(fields, "doi")) or publishers_doi(_verbatim(fields, "url")),
        version=version_of(arxiv_id),
        journal_ref="" if PREPRINT.search(journal) else journal,
        keywords=tuple(filter(None, map(tidy, re.split("[,;]", _text(fields, "keywords"))))),
        line=line,
    )


def unknown_topic_in(fields: Fields) -> str:
    """What an arXiv entry calls its category although there is none of that name."""
    return "" if _topic(fields) or not _is_arxivs(fields) else _verbatim(fields, "primaryclass")


def _text(fields: Fields, *names: str) -> str:
    return next(filter(None, (tidy(plain_text(fields.get(name, ""))) for name in names)), "")


def _verbatim(fields: Fields, name: str) -> str:
    r"""An id or an address, in which LaTeX could only be `\_` or a brace."""
    value = tidy(fields.get(name, ""))
    return re.sub(r"\\(?:url|href)\b|[\\{}]", "", value)


def _is_arxivs(fields: Fields) -> bool:
    archive = _verbatim(fields, "archiveprefix") or _verbatim(fields, "eprinttype")
    return archive.lower() in {"", "arxiv"}


def _topic(fields: Fields) -> str:
    label = _verbatim(fields, "primaryclass") or _verbatim(fields, "eprintclass")
    return (code_for_label(label) if label and _is_arxivs(fields) else None) or ""


def _arxiv_id(fields: Fields) -> str:
    own = _verbatim(fields, "eprint") if _is_arxivs(fields) else ""
    places = (own, *(_verbatim(fields, name) for name in ("url", "doi", "journal")))
    return next(filter(None, map(arxiv_id_in, places)), "")


def _authors(names: str) -> Iterator[FetchedAuthor]:
    for name in split_multiple_persons_names(tidy(names)):
        if name.lower() != "others" and (plain := tidy(plain_text(_first_name_first(name)))):
            yield FetchedAuthor(plain)


def _first_name_first(name: str) -> str:
    try:
        return parse_single_name_into_parts(name, strict=False).merge_first_name_first
    except InvalidNameError:
        return name


def _published_on(fields: Fields) -> date | None:
    """The first of the month where no day is given. A year alone says too little for a day."""
    found = FULL_DATE.match(_verbatim(fields, "date"))
    given = found.groups() if found else _given(fields)
    year, month, day = (int(number or 1) for number in given)
    try:
        return date(year, month, day) if given[0] and given[1] else None
    except ValueError:
        return None


def _given(fields: Fields) -> tuple[str, str, str]:
    """Year, month and day as digits, "" for what is not given."""
    month = _verbatim(fields, "month").lower()
    named = next((at for at, name in enumerate(MONTHS, start=1) if name in month), None)
    digits = re.findall(r"[0-9]{1,2}", month)
    day = _verbatim(fields, "day") or (digits[0] if named and digits else "")
    number = str(named) if named else next(iter(digits), "")
    return _digits(_verbatim(fields, "year"), 4), number, _digits(day, 2)


def _digits(text: str, most: int) -> str:
    return text if text.isascii() and text.isdecimal() and len(text) <= most else ""
