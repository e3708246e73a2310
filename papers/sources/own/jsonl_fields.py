"""The fields of a paper in JSON Lines, and what each may hold."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from papers.identifiers import arxiv_id_in, doi_in, publishers_doi, version_of
from papers.naming import name_key, tidy
from papers.sources import AuthorIdPair, Count, FetchedAuthor, FetchedPaper
from papers.sources.answered import LARGEST_COUNT, is_address
from papers.taxonomy import code_for_label

COUNTED = ("votes", "comments", "stars", "citations")
MOST_AUTHORS = 10_000  # more than the longest author list there ever was


class WrongValueError(ValueError):
    """What is wrong with a line, in words."""


def paper_from(entry: Mapping[str, Any], line: int) -> FetchedPaper:
    """Raises WrongValueError. A field that is null or unknown is as if it were not there."""
    told = {name: _read(name, value) for name, value in entry.items() if _is_told(name, value)}
    if not told.get("title"):
        raise WrongValueError("the paper has no 'title'; expected a text.")
    paper = FetchedPaper(**told, line=line)
    arxiv_id = paper.arxiv_id or arxiv_id_in(paper.doi)
    return replace(
        paper,
        arxiv_id=arxiv_id,
        doi=publishers_doi(paper.doi),
        version=paper.version or version_of(arxiv_id),
    )


def _is_told(name: str, value: object) -> bool:
    return name in FIELDS and value is not None


def _read(name: str, value: object) -> Any:
    read, expected = FIELDS[name]
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise WrongValueError(f"'{name}' must be {expected}.") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return tidy(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, _items(value))))


def _items(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _pairs(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    if not 0 <= value <= LARGEST_COUNT:
        raise ValueError
    return value


def _version(value: object) -> int:
    if not 1 <= _whole(value) < 1000:  # noqa: PLR2004  # none has had a hundred
        raise ValueError
    return _whole(value)


def _day(value: object) -> date:
    return date.fromisoformat(_text(value))


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _address(value: object) -> str:
    if not is_address(_text(value)):
        raise ValueError
    return _text(value)


def _arxiv_id(value: object) -> str:
    return _found(arxiv_id_in(_text(value)))


def _doi(value: object) -> str:
    return _found(doi_in(_text(value)))


def _found(text: str) -> str:
    if not text:
        raise ValueError
    return text


def _topic(value: object) -> str:
    return code_for_label(_text(value)) or _text(value)


def _topics(value: object) -> tuple[str, ...]:
    return tuple(map(_topic, _items(value)))


def _authors(value: object) -> tuple[FetchedAuthor, ...]:
    if len(_items(value)) > MOST_AUTHORS:
        raise ValueError
    return tuple(map(_author, _items(value)))


def _author(value: object) -> FetchedAuthor:
    told = {"name": value} if isinstance(value, str) else _pairs(value)
    name = _text(told.get("name"))
    if not name_key(name):
        raise ValueError
    ids = _pairs(told.get("ids") or {})
    return FetchedAuthor(name, _text(told.get("affiliation") or ""), tuple(map(_id, ids.items())))


def _id(pair: tuple[str, object]) -> AuthorIdPair:
    scheme, value = pair
    return _found(tidy(scheme)), _found(_text(value))


def _counts(value: object) -> tuple[Count, ...]:
    counts = _pairs(value)
    if not counts.keys() <= set(COUNTED):
        raise ValueError
    return tuple(Count(kind, _whole(number)) for kind, number in counts.items())


A_TEXT = "a text"
AN_ADDRESS = "an address of up to 500 characters that starts with https:// or http://"
A_DAY = 'a day such as "2026-03-05"'
FIELDS: dict[str, tuple[Callable[[object], Any], str]] = {
    "title": (_text, A_TEXT),
    "abstract": (_text, A_TEXT),
    "authors": (
        _authors,
        'a list of names, or of objects such as {"name": "Ada Lovelace", "affiliation": "…"}',
    ),
    "published_on": (_day, A_DAY),
    "primary_topic": (_topic, 'an arXiv category such as "cs.CV"'),
    "topics": (_topics, 'a list of arXiv categories such as ["cs.CV", "cs.LG"]'),
    "has_code": (_flag, "true or false"),
    "code_url": (_address, AN_ADDRESS),
    "arxiv_id": (_arxiv_id, 'an arXiv id such as "2401.01234" or "hep-ex/0307015v2"'),
    "doi": (_doi, 'a DOI such as "10.1000/182"'),
    "version": (_version, "a whole number from 1 on"),
    "revised_on": (_day, A_DAY),
    "announced_at": (_moment, 'a moment such as "2026-03-05T08:30:00Z"'),
    "comment": (_text, A_TEXT),
    "journal_ref": (_text, A_TEXT),
    "withdrawn": (_text, "a text that says why"),
    "ai_summary": (_text, A_TEXT),
    "keywords": (_texts, "a list of texts"),
    "project_url": (_address, AN_ADDRESS),
    "organization": (_text, A_TEXT),
    "submitted_by": (_text, A_TEXT),
    "counts": (
        _counts,
        'an object such as {"votes": 3} of whole numbers of votes, comments, stars or citations',
    ),
}
