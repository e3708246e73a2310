"""What a chunk of fetched papers means for the rows that are there: nothing is written yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from papers.ingest.arrival import came_in, note_arrival
from papers.ingest.byline import Byline, byline_after, byline_of, first_author_key, places_of
from papers.ingest.cleaning import is_notice
from papers.ingest.duplicates import hide_duplicates, without_taken_dois
from papers.ingest.facts import Believed, believed_facts
from papers.ingest.matching import match
from papers.ingest.people import People
from papers.ingest.precedence import USUAL, Claim, outranks
from papers.ingest.topics import topics_after, topics_by_code, topics_of
from papers.ingest.withdrawal import note_withdrawal
from papers.models import Author, Paper
from papers.sources import FetchedPaper

NAMES_SOME_AUTHORS = {"listing"}


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written of one paper. `byline` is None where it stays."""

    fetched: FetchedPaper
    paper: Paper
    believed: Believed
    byline: Byline | None
    new_topics: frozenset[int]
    gone_topics: frozenset[int]

    @property
    def is_new(self) -> bool:
        return self.paper.pk is None

    @property
    def tells_something(self) -> bool:
        topics = self.new_topics | self.gone_topics
        return bool(self.believed.news or topics) or self.byline is not None


def changes_by(chunk: Sequence[FetchedPaper], source: str, now: datetime) -> list[Change]:
    """One for each paper, in order. New authors get their rows here, duplicates are hidden."""
    topics = topics_by_code(chunk)
    matched = without_taken_dois(
        (_of_today(fetched, now), row)
        for fetched, row in zip(chunk, match(chunk), strict=True)
        if row or not is_notice(fetched)  # of a paper that never was here
    )
    hide_duplicates(matched, source, now)
    arrived = {fetched: came_in(fetched, source, now) for fetched, _ in matched}
    pairs = [(fetched, row or Paper(first_seen_at=arrived[fetched])) for fetched, row in matched]
    return [
        _change(fetched, paper, topics, authors, Claim.of(source, fetched), arrived[fetched])
        for (fetched, paper), authors in zip(pairs, _authors(pairs, source), strict=True)
    ]


def _of_today(fetched: FetchedPaper, now: datetime) -> FetchedPaper:
    """An announcement of the future is none."""
    is_future = fetched.announced_at and fetched.announced_at > now
    return replace(fetched, announced_at=None) if is_future else fetched


def _authors(pairs: Sequence[tuple[FetchedPaper, Paper]], source: str) -> list[list[Author | None]]:
    """Of each paper, the rows of the authors told. Only a believed source may add any."""
    told = chain.from_iterable(fetched.authors for fetched, _ in pairs)
    people = People(source, told, chain.from_iterable(places_of(paper) for _, paper in pairs))
    found = [
        people.on_paper(
            fetched.authors,
            places_of(paper),
            may_add=_may_name_authors(paper, Claim.of(source, fetched)),
        )
        for fetched, paper in pairs
    ]
    people.save()
    return found


def _may_name_authors(paper: Paper, claim: Claim) -> bool:
    return outranks(claim, Claim.stored(paper.told_by, "authors"), USUAL)


def _change(
    fetched: FetchedPaper,
    paper: Paper,
    topics: Mapping[str, int],
    authors: Sequence[Author | None],
    claim: Claim,
    arrived: datetime,
) -> Change:
    believed = believed_facts(fetched, paper, topics, claim)
    note_withdrawal(fetched, paper, claim, believed)
    note_arrival(paper, arrived, believed)
    byline = _byline_after(fetched, paper, authors, claim)
    if (key := first_author_key(byline)) != paper.first_author_key:
        believed.news["first_author_key"] = key
    believed.note(paper, "authors", fetched.authors, claim)
    known, chosen = topics_of(paper), topics_after(paper, fetched, topics, claim)
    believed.note(paper, "topics", fetched.topics, claim)
    return Change(
        fetched,
        paper,
        believed,
        byline=None if byline == byline_of(paper) else byline,
        new_topics=chosen - known,
        gone_topics=known - chosen,
    )


def _byline_after(
    fetched: FetchedPaper, paper: Paper, authors: Sequence[Author | None], claim: Claim
) -> Byline:
    before = byline_of(paper)
    if not fetched.authors or not _may_name_authors(paper, claim):
        return before
    names_all = claim.source not in NAMES_SOME_AUTHORS
    return byline_after(before, fetched.authors, authors, names_all=names_all)
