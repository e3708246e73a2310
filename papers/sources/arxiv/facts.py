"""What arXiv's three ways out tell in the same words: days, ids, withdrawals, links to code."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from email.utils import parsedate_to_datetime
from typing import TypeVar

from papers.identifiers import base_id, is_arxiv_id, publishers_doi
from papers.naming import shortened, tidy
from papers.sources import FetchedPaper, Problem
from papers.sources.listing.code_links import code_url_in
from papers.sources.web import Service

# arXiv's terms of use: one request every three seconds over all machines and ways in together
SECONDS_BETWEEN_REQUESTS = 3.0
LONGEST_REASON = 200  # characters, as Paper.withdrawn keeps them

WHAT = r"(?:paper|article|manuscript|submission|preprint|work)"
WITHDRAWN = re.compile(
    rf"(?:^|[.;:]\s+)(?:(?:this|the)\s+)?{WHAT}\s+(?:(?:has|have)\s+been|was|is)\s+withdrawn\b(?!\s+from)"
    rf"|^(?:{WHAT}\s+)?withdrawn(?=\s*(?:$|[.,;:(]|(?:by|due|because|for|since|as)\b))",
    re.IGNORECASE,
)
PREFIX = re.compile(
    r"\A(?:oai:arXiv\.org:|https?://(?:www\.|export\.)?arxiv\.org/abs/)", re.IGNORECASE
)


Record = TypeVar("Record")  # as its format gives it
Read = tuple[tuple[FetchedPaper, ...], tuple[Problem, ...]]


class UnreadableError(Exception):
    """One record that cannot be a paper: what it lacks, in a sentence."""


def read_all(records: Iterable[Record], read: Callable[[Record], FetchedPaper], url: str) -> Read:
    """The papers of these records; one that cannot be read is told with its place, from 1 on."""
    papers, problems = [], []
    for place, record in enumerate(records, 1):
        try:
            papers.append(replace(completed(read(record)), line=place))
        except UnreadableError as error:
            problems.append(Problem(url, place, str(error)))
    return tuple(papers), tuple(problems)


def day_in(text: str) -> date | None:
    """The day of 2017-07-27T08:18:33Z or of "Mon, 2 Apr 2007 19:18:42 GMT"; None if it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, OverflowError):  # OverflowError: a year of twenty digits
        return None


def arxiv_service(url: str) -> Service:
    """One of arXiv's addresses: all share one pace, and one way to say that we are too fast."""
    return Service(
        host="arxiv",
        url=url,
        interval=SECONDS_BETWEEN_REQUESTS,
        throttle_text=b"Rate exceeded.",
    )


def bare_id(text: str) -> str:
    """2508.13426v1 of an address or OAI identifier; "" for what is no arXiv id."""
    found = PREFIX.sub("", text.strip())
    return found if is_arxiv_id(base_id(found)) else ""


def first_doi(text: str) -> str:
    """Some papers have two, of which the first is the paper's own; "" for arXiv's own kind."""
    return publishers_doi(next(iter(text.split()), ""))


def completed(paper: FetchedPaper) -> FetchedPaper:
    """With what its comment and abstract say in words: code, and being withdrawn."""
    code_url = code_url_in(paper.comment) or code_url_in(paper.abstract)
    return replace(
        paper,
        has_code=True if code_url else None,
        code_url=code_url,
        withdrawn=paper.withdrawn or withdrawal_in(paper.comment) or _in_abstract(paper.abstract),
    )


def withdrawal_in(comment: str) -> str:
    """What a comment says of the paper's withdrawal, "" when it says nothing of one.

    Only said of the paper itself: "replaces a withdrawn version", "withdrawn from the journal"
    and "we have withdrawn Section 3" are none.
    """
    text = tidy(comment)
    return shortened(text, LONGEST_REASON) if WITHDRAWN.search(text) else ""


def _in_abstract(abstract: str) -> str:
    """An abstract that opens with its withdrawal; further on, it tells of other things."""
    text = tidy(abstract)
    return shortened(text, LONGEST_REASON) if WITHDRAWN.match(text) else ""
