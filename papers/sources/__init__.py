"""Where papers come from: one module or package per source, and the values they all hand over.

    listing     pages saved from a browser: `read_listing(data, file, as_of)`

A source turns what it reads into `FetchedPaper` values and knows nothing of the database;
`papers.ingest` makes them rows. What could not be read is told as a `Problem`, never raised.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FetchedAuthor:
    """A person (or team) named on a paper."""

    name: str
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class FetchedPaper:
    """One paper as its source tells it; what the source does not tell stays empty or None.

    Topics are full arXiv codes such as "cs.CV". `line` is where the paper starts in a saved page.
    """

    title: str
    abstract: str = ""
    authors: tuple[FetchedAuthor, ...] = ()
    published_on: date | None = None
    primary_topic: str = ""
    topics: tuple[str, ...] = ()
    has_code: bool | None = None
    code_url: str = ""
    arxiv_id: str = ""
    doi: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class AuthorProfile:
    """What an author's own page says above the papers; None for what it leaves out.

    `topic` is a full arXiv code; `novelty` is in percent and `ai_score` in points, both 0 to 100.
    """

    name: str
    topic: str = ""
    affiliation: str = ""
    h_index: int | None = None
    paper_count: int | None = None
    citation_count: int | None = None
    novelty: float | None = None
    ai_score: float | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: what is wrong, where, and what was expected instead.

    `line` counts from 1; a problem of the whole file stands at line 1.
    """

    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """All that one reading of a source gave, in the order of the source."""

    papers: tuple[FetchedPaper, ...]
    problems: tuple[Problem, ...] = ()
    author: AuthorProfile | None = None
