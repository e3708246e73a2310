"""Semantic Scholar: citations of papers, and the metrics of their authors.

It is asked by ids, many at a time: arXiv ids, DOIs, its own ids of papers ("CorpusId:…" or 40
hexadecimal digits), and `author:2262347` for an author. One id is asked for alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings

from papers.identifiers import arxiv_id_in, base_id, publishers_doi
from papers.naming import tidy
from papers.sources import Fetched, Problem, SourceError, Wanted
from papers.sources.semantic_scholar_facts import author_read, other_paper_in, paper_read
from papers.sources.web import Answer, Service, Web

# 500 ids are allowed, but an answer ends at 10 MB, and with the metrics of all authors the
# service runs into its own time limit far below that.
AT_A_TIME = 100

AUTHOR_FIELDS = (
    *("authorId", "name", "hIndex", "citationCount", "paperCount"),
    *("affiliations", "homepage", "externalIds"),
)
PAPER_FIELDS = (
    *("externalIds", "title", "citationCount", "publicationDate"),
    *(f"authors.{field}" for field in AUTHOR_FIELDS),
)

OWN_ID = re.compile(r"[0-9a-f]{40}|CorpusId:\d{1,12}", re.IGNORECASE)
AUTHOR_ID = re.compile(r"author:(\d{1,12})")
TOO_LARGE = re.compile(r"exceed|too (?:large|many)|maximum|smaller", re.IGNORECASE)
ALL_UNKNOWN = re.compile(r"no valid \w+ ids", re.IGNORECASE)

NO_ID = (
    "'{id:.60}' is no id to ask for; expected an arXiv id, a DOI, a CorpusId:…, "
    "or author:… with a number."
)
UNREADABLE = "expected {kind}; the answer for '{id:.60}' was left out."
ANOTHER = "the answer for '{id:.60}' is the paper {other:.40}; it was left out."
EXPECTED = {"paper": "a paper with a title", "author": "an author with an id and a name"}
REFUSED = (
    "{url} answered with status {status}: {words:.200} "
    "Check SEMANTIC_SCHOLAR_URL and SEMANTIC_SCHOLAR_KEY."
)
WRONG_SHAPE = "{url} answered with something else than one entry for each id. Ask again later."
UNKNOWN = "{count} of {all} {kind}s are not known to Semantic Scholar (yet)."


@dataclass(frozen=True, slots=True)
class Batch:
    """Ids of one kind, paper or author, as the service writes them."""

    kind: str
    ids: tuple[str, ...]

    @property
    def fields(self) -> str:
        return ",".join(PAPER_FIELDS if self.kind == "paper" else AUTHOR_FIELDS)

    def halves(self) -> "tuple[Batch, Batch]":
        middle = len(self.ids) // 2
        return Batch(self.kind, self.ids[:middle]), Batch(self.kind, self.ids[middle:])


def fetch(wanted: Wanted, web: Web, now: datetime) -> Iterator[Fetched]:  # noqa: ARG001  # as every source
    """What is known of these ids; without ids, nothing is asked.

    A paper that is not known yet is normal for new ones, and told in a note. `limit` is how many
    ids are asked for at the most.
    """
    asked = {text: _kind_and_id(text) for text in wanted.ids[: wanted.limit]}
    problems = tuple(
        Problem(settings.SEMANTIC_SCHOLAR_URL, 1, NO_ID.format(id=text))
        for text, (kind, _) in asked.items()
        if not kind
    )
    batches = list(_batches(list(asked.values())))
    if problems and not wanted.cursor:
        yield Fetched(problems=problems, cursor="0" if batches else "")
    start = int(wanted.cursor or 0)
    for done, batch in enumerate(batches[start:], start=start + 1):
        yield replace(_gathered(batch, web), cursor=str(done) if done < len(batches) else "")


def _kind_and_id(text: str) -> tuple[str, str]:
    """("", "") for what is no id."""
    text = text.strip()
    author = AUTHOR_ID.fullmatch(text)
    if author:
        return "author", author[1]
    if OWN_ID.fullmatch(text):
        return "paper", text
    if arxiv_id := arxiv_id_in(text):
        return "paper", f"ARXIV:{base_id(arxiv_id)}"
    doi = publishers_doi(text)
    return ("paper", f"DOI:{doi}") if doi else ("", "")


def _batches(asked: Sequence[tuple[str, str]]) -> Iterator[Batch]:
    for kind in ("paper", "author"):
        ids = tuple(dict.fromkeys(known_as for of, known_as in asked if of == kind))
        for at in range(0, len(ids), AT_A_TIME):
            yield Batch(kind, ids[at : at + AT_A_TIME])


def _gathered(batch: Batch, web: Web) -> Fetched:
    entries = list(_entries(batch, web))
    known = [(asked, entry) for asked, entry in entries if entry is not None]
    unknown = len(entries) - len(known)
    read = paper_read if batch.kind == "paper" else author_read
    found = [(asked, entry, read(entry, asked)) for asked, entry in known]
    return Fetched(
        papers=tuple(paper for *_, told in found if told for paper in told.papers),
        profiles=tuple(dict.fromkeys(who for *_, told in found if told for who in told.profiles)),
        problems=tuple(_unusable(batch, asked, entry) for asked, entry, told in found if not told),
        note=UNKNOWN.format(count=unknown, all=len(entries), kind=batch.kind) if unknown else "",
    )


def _unusable(batch: Batch, asked: str, entry: object) -> Problem:
    message = UNREADABLE.format(kind=EXPECTED[batch.kind], id=asked)
    if other := other_paper_in(entry, asked):
        message = ANOTHER.format(id=asked, other=other)
    place = batch.ids.index(asked) + 1
    return Problem(f"{settings.SEMANTIC_SCHOLAR_URL}/{batch.kind}", place, message)


def _entries(batch: Batch, web: Web) -> Iterator[tuple[str, Any]]:
    """Each id with its entry, None where it is unknown; in parts where all would be too much."""
    answer = _ask(batch, web)
    if answer.status == HTTPStatus.OK:
        yield from zip(batch.ids, _sound(batch, answer), strict=True)
    elif _is_unknown(batch, answer):
        yield from ((asked, None) for asked in batch.ids)
    elif len(batch.ids) > 1 and _is_too_large(answer):
        for half in batch.halves():
            yield from _entries(half, web)
    else:
        words = tidy(answer.text)
        raise SourceError(REFUSED.format(url=answer.url, status=answer.status, words=words))


def _ask(batch: Batch, web: Web) -> Answer:
    key = settings.SEMANTIC_SCHOLAR_KEY
    service = Service(
        "semantic-scholar",
        settings.SEMANTIC_SCHOLAR_URL,
        # without a key, all the world shares one allowance
        interval=1.0 if key else 3.0,
        headers={"x-api-key": key} if key else {},
    )
    query = {"fields": batch.fields}
    if len(batch.ids) == 1:
        return web.get(service, f"/{batch.kind}/{quote(batch.ids[0], safe=':/')}", query)
    return web.post_json(service, f"/{batch.kind}/batch", query, {"ids": list(batch.ids)})


def _sound(batch: Batch, answer: Answer) -> list[Any]:
    told = answer.json()
    entries = [told] if len(batch.ids) == 1 else told
    # without a place for each id, no entry can be told from another's
    if not isinstance(entries, list) or len(entries) != len(batch.ids):
        raise SourceError(WRONG_SHAPE.format(url=answer.url))
    return entries


def _is_unknown(batch: Batch, answer: Answer) -> bool:
    if len(batch.ids) == 1:
        return answer.status == HTTPStatus.NOT_FOUND
    return answer.status == HTTPStatus.BAD_REQUEST and bool(ALL_UNKNOWN.search(answer.text))


def _is_too_large(answer: Answer) -> bool:
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return True
    return answer.status == HTTPStatus.BAD_REQUEST and bool(TOO_LARGE.search(answer.text))
