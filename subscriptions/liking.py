"""Papers that a reader liked elsewhere, brought along: found here, or kept by id or title.

One that is not here counts by its words, and becomes a liked paper like any other once it comes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from papers.ingest.cleaning import cleaned
from papers.ingest.matching import match
from papers.models import Paper
from papers.naming import title_key
from papers.sources import FetchedPaper
from subscriptions import interests
from subscriptions.models import Interest, Subscriber

MOST_LIKED = 2_000  # papers of one reader
CHUNK = 300  # papers that are looked for at once
LONGEST_ABSTRACT = 5_000  # characters: what the ranking reads of it


@dataclass(frozen=True, slots=True)
class Taken:
    """How many were taken: `here` have a page, `awaited` count by title, or once they come."""

    here: int = 0
    awaited: int = 0

    @property
    def total(self) -> int:
        return self.here + self.awaited


class TooMany(Exception):  # noqa: N818  # a fact about the list, not a fault of ours
    """More than there is room for; `room` is how many more there may be."""

    def __init__(self, count: int, room: int) -> None:
        super().__init__("Too many liked papers.")
        self.count, self.room = count, room


def take(subscriber: Subscriber, papers: Sequence[FetchedPaper]) -> Taken:
    """Like all of them, each once; raises TooMany and likes none. Doing it twice is harmless."""
    here: dict[int, Paper] = {}
    awaited: dict[str, Interest] = {}
    for paper, row in _matched(papers):
        if row is not None and row.status == Paper.Status.VISIBLE:
            here[row.pk] = row
        elif key := paper.arxiv_id or paper.doi or title_key(paper.title):
            abstract = paper.abstract[:LONGEST_ABSTRACT]
            awaited[key[:400]] = Interest(key=key[:400], text=paper.title[:300], abstract=abstract)
    _check_room(subscriber, here, awaited)
    interests.like_all(subscriber, here.values(), awaited.values())
    return Taken(len(here), len(awaited))


def waiting(subscriber: Subscriber) -> int:
    """How many are known by their ids alone, and did not come in yet: these do not count so far."""
    bare = subscriber.interests.papers().filter(paper=None, text="", abstract="")
    keys = list(bare.values_list("key", flat=True))
    come = interests.come_in(bare) if keys else {}
    return sum(key not in come for key in keys)


def _matched(papers: Sequence[FetchedPaper]) -> Iterator[tuple[FetchedPaper, Paper | None]]:
    for start in range(0, len(papers), CHUNK):
        chunk = [cleaned(paper) for paper in papers[start : start + CHUNK]]
        yield from zip(chunk, match(chunk), strict=True)


def _check_room(
    subscriber: Subscriber, here: dict[int, Paper], awaited: dict[str, Interest]
) -> None:
    kept = subscriber.interests.papers().followed()
    known = set(kept.values_list("paper", flat=True)) | set(kept.values_list("key", flat=True))
    new = [one for one in (*here, *awaited) if one not in known]
    room = max(MOST_LIKED - kept.count(), 0)
    if len(new) > room:
        raise TooMany(len(new), room)
