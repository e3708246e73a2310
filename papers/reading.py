"""What pages show of an edition: its papers as they are now, in the order of the edition."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, QuerySet, Value, When

from papers.cards import Card, cards
from papers.models import Candidate, Edition, Paper

DROPPED, PINNED = Candidate.Placement.DROPPED, Candidate.Placement.PINNED


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper with its place (1 is the first) and its card."""

    place: int
    paper: Paper
    card: Card


def candidates(edition: Edition) -> QuerySet[Candidate]:
    """Those that readers may see: pinned ones first, then by rank."""
    pinned_first = Case(When(placement=PINNED, then=Value(0)), default=Value(1))
    shown = edition.candidates.exclude(placement=DROPPED)
    return shown.filter(paper__status=Paper.Status.VISIBLE).order_by(pinned_first, "rank")


def entries(chosen: Iterable[Candidate], now: datetime, start: int = 1) -> list[Entry]:
    """The entries of those candidates, the first of which has the place `start`."""
    ids = [candidate.paper_id for candidate in chosen]
    papers = Paper.objects.with_card_facts().in_bulk(ids)
    facts = cards(papers.values(), now)
    return [Entry(place, papers[pk], facts[pk]) for place, pk in enumerate(ids, start)]


def busiest_topics(edition: Edition, limit: int) -> list[str]:
    """The codes of the topics with most papers in it."""
    rows = (
        candidates(edition)
        .filter(paper__primary_topic__isnull=False)
        .order_by()
        .values("paper__primary_topic__code")
        .annotate(papers=Count("pk"))
        .order_by("-papers", "paper__primary_topic__code")
    )
    return [row["paper__primary_topic__code"] for row in rows[:limit]]
