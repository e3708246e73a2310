"""What pages show of papers: as they are now, in the order of the edition or list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, QuerySet, Value, When

from papers.cards import AUTHORS_SHOWN, Card, cards
from papers.models import Candidate, Edition, Paper
from papers.topic_names import local_name

DROPPED, PINNED = Candidate.Placement.DROPPED, Candidate.Placement.PINNED


@dataclass(frozen=True, slots=True)
class Byline:
    """An author as a card names them, and the address of their page."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper with its place (1 is the first) and its card."""

    place: int
    paper: Paper
    card: Card

    @property
    def title(self) -> str:
        return self.card.title

    @property
    def teaser(self) -> str:
        return self.card.teaser

    @property
    def authors(self) -> list[Byline]:
        """Those that the card names."""
        named = [each.author for each in self.paper.authorships.all()][:AUTHORS_SHOWN]
        return [Byline(author.get_absolute_url(), author.name) for author in named]

    @property
    def more_authors(self) -> bool:
        return self.card.more_authors


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How many papers of a list have this topic first."""

    code: str
    name: str
    papers: int

    @property
    def local_name(self) -> str:
        return local_name(self.name)


def candidates(edition: Edition) -> QuerySet[Candidate]:
    """Those that readers may see: pinned ones first, then by rank."""
    pinned_first = Case(When(placement=PINNED, then=Value(0)), default=Value(1))
    shown = edition.candidates.exclude(placement=DROPPED)
    return shown.filter(paper__status=Paper.Status.VISIBLE).order_by(pinned_first, "rank")


def entries(chosen: Iterable[Candidate], now: datetime, start: int = 1) -> list[Entry]:
    """The entries of those candidates, the first of which has the place `start`."""
    return listed([candidate.paper_id for candidate in chosen], now, start)


def listed(ids: Sequence[int], now: datetime, start: int = 1) -> list[Entry]:
    """The entries of the papers of those rows, in that order."""
    papers = Paper.objects.with_card_facts().in_bulk(ids)
    facts = cards(papers.values(), now)
    return [Entry(place, papers[pk], facts[pk]) for place, pk in enumerate(ids, start)]


def topic_counts(edition: Edition) -> list[TopicCount]:
    """Its topics, the ones with most papers first."""
    rows = (
        candidates(edition)
        .filter(paper__primary_topic__isnull=False)
        .order_by()
        .values_list("paper__primary_topic__code", "paper__primary_topic__name")
        .annotate(papers=Count("pk"))
        .order_by("-papers", "paper__primary_topic__code")
    )
    return [TopicCount(*row) for row in rows]


def busiest_topics(edition: Edition, limit: int) -> list[str]:
    """The codes of the topics with most papers in it."""
    return [topic.code for topic in topic_counts(edition)[:limit]]
