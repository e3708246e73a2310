"""The way of what a source gave, chunk after chunk, into the database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import DataError, IntegrityError, transaction

from papers.ingest.cleaning import cleaned, refusal
from papers.ingest.profiles import write_profile
from papers.ingest.writing import write
from papers.naming import title_key
from papers.sources import AuthorProfile, Fetched, FetchedPaper, Problem

CHUNK = 200  # papers

TAKEN = (
    "the paper was left out, because another one has its arXiv id, DOI or title; "
    "compare the two in the admin site."
)
NOT_STORABLE = "this was left out, because the database cannot hold it: {reason}"


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the papers read: read = created + updated + unchanged + those left out."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: "IngestReport") -> "IngestReport":
        return IngestReport(
            self.read + other.read,
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.problems + other.problems,
        )


def ingest(
    fetched: Fetched, *, now: datetime, file: str = "", as_of: date | None = None
) -> IngestReport:
    """Make rows of what a source gave; the same again changes nothing.

    `file` names the source in problems; `as_of` is the day that an author's metrics are of,
    today if left out. Each chunk is a transaction of its own, so an interrupted run is
    completed by the next.
    """
    report = IngestReport(read=len(fetched.papers), problems=fetched.problems)
    for chunk in _chunks(map(cleaned, fetched.papers)):
        report += _store(chunk, now, file)
    for profile in fetched.profiles:
        report += _store_profile(profile, as_of or now.date(), file)
    return report


def _chunks(papers: Iterable[FetchedPaper]) -> Iterator[list[FetchedPaper]]:
    """In order, and never two in a chunk that may be the same paper."""
    chunk: list[FetchedPaper] = []
    keys: set[str] = set()
    for paper in papers:
        own = {title_key(paper.title), paper.arxiv_id, paper.doi} - {""}
        if len(chunk) == CHUNK or keys & own:
            yield chunk
            chunk, keys = [], set()
        chunk.append(paper)
        keys |= own
    if chunk:
        yield chunk


def _store(chunk: Sequence[FetchedPaper], now: datetime, file: str) -> IngestReport:
    refused = {paper: reason for paper in chunk if (reason := refusal(paper))}
    report = IngestReport(
        problems=tuple(Problem(file, paper.line, reason) for paper, reason in refused.items())
    )
    sound = [paper for paper in chunk if paper not in refused]
    try:
        return report + _written(sound, now)
    except (DataError, IntegrityError):
        # One of them was refused, or someone else was quicker: each on its own, looked up anew.
        return sum((_store_alone(paper, now, file) for paper in sound), report)


def _store_alone(paper: FetchedPaper, now: datetime, file: str) -> IngestReport:
    try:
        return _written([paper], now)
    except IntegrityError:
        return IngestReport(problems=(Problem(file, paper.line, TAKEN),))
    except DataError as error:
        return IngestReport(problems=(_not_storable(error, paper.line, file),))


def _written(papers: Sequence[FetchedPaper], now: datetime) -> IngestReport:
    with transaction.atomic():
        written = write(papers, now)
    return IngestReport(0, written.created, written.updated, written.unchanged)


def _store_profile(profile: AuthorProfile, read_on: date, file: str) -> IngestReport:
    try:
        with transaction.atomic():
            write_profile(profile, read_on)
    except (DataError, IntegrityError) as error:
        return IngestReport(problems=(_not_storable(error, profile.line, file),))
    return IngestReport()


def _not_storable(error: Exception, line: int, file: str) -> Problem:
    return Problem(file, line, NOT_STORABLE.format(reason=str(error).partition("\n")[0]))
