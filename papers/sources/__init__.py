"""Where papers come from: one module or package per source, and the values they all hand over.

    listing            pages saved from a browser
    own                files of one's own: JSON Lines, BibTeX
    arxiv              arXiv: its search (api), its announcements (feed), its harvest (oai)
    daily_papers       what a community votes for
    semantic_scholar   citations, and the metrics of authors

    registry           the sources by name, and what each can be asked for
    rhythm             when each is worth asking
    web                the one way out to the network, for all of them

What several of them need: `answered` (values in JSON), `continuation` (where a reading goes on),
`latex` (accents and braces), `limiting` (no more than wanted).

A source turns what it reads into `FetchedPaper` values and knows nothing of the database;
`papers.ingest` makes them rows. What could not be read is told as a `Problem`, never raised. A
source that fails as a whole raises `SourceError`; what it gave before that stays.
"""

from dataclasses import dataclass
from datetime import date, datetime

AuthorIdPair = tuple[str, str]  # (scheme, value): ("semantic-scholar", "2262347")


@dataclass(frozen=True, slots=True)
class FetchedAuthor:
    """A person (or team) named on a paper, and what the source calls them."""

    name: str
    affiliation: str = ""
    ids: tuple[AuthorIdPair, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """Attention as the source shows it now. `kind` is one of Signal.Kind, such as votes."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class FetchedPaper:
    """One paper as its source tells it; what the source does not tell stays empty or None.

    Topics are full arXiv codes such as "cs.CV". `arxiv_id` may carry its version. `announced_at`
    is when the source itself announced the paper as new, never when it was submitted.
    `withdrawn` says why. `line` is where the paper starts in a file.
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
    version: int | None = None
    revised_on: date | None = None
    announced_at: datetime | None = None
    comment: str = ""
    journal_ref: str = ""
    withdrawn: str = ""
    ai_summary: str = ""
    keywords: tuple[str, ...] = ()
    project_url: str = ""
    organization: str = ""
    submitted_by: str = ""
    counts: tuple[Count, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class AuthorProfile:
    """What a source says of one author; None for what it leaves out.

    `topic` is a full arXiv code; `novelty` is in percent and `ai_score` in points, both 0 to 100.
    """

    name: str
    topic: str = ""
    affiliation: str = ""
    homepage: str = ""
    h_index: int | None = None
    paper_count: int | None = None
    citation_count: int | None = None
    novelty: float | None = None
    ai_score: float | None = None
    ids: tuple[AuthorIdPair, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: what is wrong, where, and what was expected instead.

    `file` is a file or an address; `line` counts from 1, or is the place of an entry in an answer.
    A problem of the whole stands at line 1; at 0 when the message itself says where.
    """

    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one reading of a source gave, in the order of the source: a file, an answer, a page.

    `cursor` is where the next reading goes on, empty after the last; `watermark` is up to where
    the source is known once all this is stored; `note` is for people ("no announcement today").
    """

    papers: tuple[FetchedPaper, ...] = ()
    problems: tuple[Problem, ...] = ()
    profiles: tuple[AuthorProfile, ...] = ()
    cursor: str = ""
    watermark: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask a source for. Empty means the source's own choice, in its docstring.

    Topics are codes (`cs.CV`) or whole archives (`cs`). `since` and `until` are days, both
    included. `cursor` goes on where an earlier reading stopped.
    """

    topics: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    ids: tuple[str, ...] = ()
    limit: int | None = None
    cursor: str = ""


class SourceError(Exception):
    """The source failed as a whole: what happened and what to do, in a sentence for operators.

    `retry_after` is how many seconds it asked to be left alone, None if it said nothing.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
