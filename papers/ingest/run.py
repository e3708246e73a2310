"""The way of what a source gave, chunk after chunk, into the database."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import DataError, IntegrityError, transaction

from papers import search
from papers.ingest.attention import observe_counts
from papers.ingest.cleaning import cleaned, refusal
from papers.ingest.profiles import write_profiles
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
    fetched: Fetched, *, source: str, now: datetime, file: str = "", as_of: date | None = None
) -> IngestReport:
    """Make rows of what a source gave; the same again changes nothing.

    `source` is its name in `papers.sources.registry`, by which it is trusted; `file` names it in
    problems; `as_of` is the day that authors' metrics are of, today if left out. Each chunk is a
    transaction of its own, so an interrupted run is completed by the next.
    """
    errand = Errand(source, now, file or source)
    report = IngestReport(read=len(fetched.papers), problems=fetched.problems)
    for chunk in _chunks(map(cleaned, fetched.papers)):
        report += _store(chunk, errand)
    return report + _store_profiles(fetched, errand, as_of or now.date())


@dataclass(frozen=True, slots=True)
class Errand:
    """Whose papers are being stored, when, and what problems call the place they came from."""

    source: str
    now: datetime
    file: str


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


def _store(chunk: Sequence[FetchedPaper], errand: Errand) -> IngestReport:
    refused = {paper: reason for paper in chunk if (reason := refusal(paper))}
    report = IngestReport(
        problems=tuple(
            Problem(errand.file, paper.line, reason) for paper, reason in refused.items()
        )
    )
    sound = [paper for paper in chunk if paper not in refused]
    try:
        return report + _written(sound, errand)
    except (DataError, IntegrityError):
        # One of them was refused, or someone else was quicker: each on its own, looked up anew.
        return sum((_store_alone(paper, errand) for paper in sound), report)


def _store_alone(paper: FetchedPaper, errand: Errand) -> IngestReport:
    try:
        return _written([paper], errand)
    except IntegrityError:
        return IngestReport(problems=(Problem(errand.file, paper.line, TAKEN),))
    except DataError as error:
        return IngestReport(problems=(_not_storable(error, paper.line, errand.file),))


def _written(papers: Sequence[FetchedPaper], errand: Errand) -> IngestReport:
    with transaction.atomic():
        written = write(papers, errand.source, errand.now)
        changed = (*written.created, *written.updated)
        observe_counts((*changed, *written.unchanged), errand.source, errand.now)
        search.index(paper.pk for _, paper in changed)
    return IngestReport(0, len(written.created), len(written.updated), len(written.unchanged))


def _store_profiles(fetched: Fetched, errand: Errand, read_on: date) -> IngestReport:
    """Who comes along with papers must stand on one of ours; who was asked for gets a row."""
    may_add = not fetched.papers or errand.source == "listing"
    store = partial(write_profiles, source=errand.source, read_on=read_on, may_add=may_add)
    report = IngestReport()
    for start in range(0, len(fetched.profiles), CHUNK):
        chunk = fetched.profiles[start : start + CHUNK]
        try:
            with transaction.atomic():
                store(chunk)
        except (DataError, IntegrityError):
            report = sum((_store_profile(each, store, errand) for each in chunk), report)
    return report


def _store_profile(
    profile: AuthorProfile, store: Callable[[Sequence[AuthorProfile]], None], errand: Errand
) -> IngestReport:
    try:
        with transaction.atomic():
            store([profile])
    except (DataError, IntegrityError) as error:
        return IngestReport(problems=(_not_storable(error, profile.line, errand.file),))
    return IngestReport()


def _not_storable(error: Exception, line: int, file: str) -> Problem:
    return Problem(file, line, NOT_STORABLE.format(reason=str(error).partition("\n")[0]))
