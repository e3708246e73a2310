"""What the desk shows of each paper of an edition, and why it stands there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Case, QuerySet, When

from papers import placing, search
from papers.admin.worth import worth
from papers.cards import Card, cards
from papers.editions import TOPIC_SIZE
from papers.explaining import Attention, attention
from papers.models import Candidate, Edition, Paper
from papers.placing import Placement

FOUND = 10  # papers that a search for more shows

OddVotes = Callable[[Iterable[int], datetime], dict[int, str]]


@dataclass(frozen=True, slots=True)
class Row:
    candidate: Candidate
    card: Card
    attention: Attention
    worth: str
    why: list[str]
    odd_votes: str
    may_go_back: bool  # not if it is featured: the next rebuild would pin it again

    @property
    def seen(self) -> str:
        return placed(self.candidate)


def in_order(edition: Edition) -> QuerySet[Candidate]:
    """As readers see them, and the dropped ones; older editions had ranks by trending alone."""
    groups = [When(placement=group, then=at) for at, group in enumerate(placing.GROUPS)]
    return (
        edition.candidates.defer("card").select_related("edition").order_by(Case(*groups), "rank")
    )


def placed(candidate: Candidate | None) -> str:
    """What editors did to it: two who look at the same have seen the same."""
    return f"{candidate.placement} {candidate.moved_to or ''}".strip() if candidate else ""


def rows(
    edition: Edition, shown: Iterable[Candidate], now: datetime, odd_votes: OddVotes
) -> list[Row]:
    """Of those candidates, in a constant number of queries."""
    shown = list(shown)
    ids = [candidate.paper_id for candidate in shown]
    papers = Paper.objects.with_card_facts().in_bulk(ids)
    facts = cards(papers.values(), now)
    half_life = settings.TRENDING_HALF_LIFE_HOURS
    built_at = edition.built_at or now
    noticed = attention(ids, built_at, half_life)
    by_trending = placing.by_trending(edition).values_list("paper", flat=True)
    odd = odd_votes(ids, edition.frozen_at or now)
    natural = {paper: rank for rank, paper in enumerate(by_trending, start=1)}
    return [
        Row(
            one,
            facts[one.paper_id],
            noticed.get(one.paper_id, Attention()),
            worth(one.score, built_at),
            list(_why(one, papers[one.paper_id], natural[one.paper_id])),
            odd.get(one.paper_id, ""),
            bool(placed(one) != "ranked" and not papers[one.paper_id].featured),
        )
        for one in shown
    ]


def found(edition: Edition, words: str) -> list[tuple[Paper, int | None]]:
    """A few that the words or the arXiv id find, with their ranks in the edition."""
    ids = search.Matches(search.parse(words))[:FOUND]
    ranks = dict(edition.candidates.filter(paper__in=ids).values_list("paper", "rank"))
    papers = Paper.objects.in_bulk(ids)
    return [(papers[pk], ranks.get(pk)) for pk in ids]


def _why(candidate: Candidate, paper: Paper, natural: int) -> Iterator[str]:
    if paper.status == Paper.Status.HIDDEN:
        yield f"hidden since: {paper.hidden_reason or 'no reason given'}"
    if candidate.placement == Placement.PINNED:
        yield "featured, so it is pinned" if paper.featured else "pinned by an editor"
    elif candidate.placement == Placement.DROPPED:
        yield "dropped by an editor: nobody gets it"
    elif candidate.moved_to:
        yield f"moved here by an editor; by trending it would be number {natural}"
    elif natural > settings.EDITION_SIZE and paper.primary_topic:
        yield f"here as one of the {TOPIC_SIZE} best of {paper.primary_topic.code}"
