"""Pools: what the ranking chooses from, read from editions in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from papers import cards
from papers.cards import Card
from papers.models import Authorship, Candidate, Edition, Paper
from papers.relevance.keeping import NONE, Version, newest
from papers.trending import UNNOTICED
from papers.twins import Text, Twins, twins
from subscriptions.ranking import PoolPaper, Reader

MISSED_EDITIONS = 60
MISSED_SIZE = 2000  # papers of all those editions, the best by trending


@dataclass(frozen=True, slots=True)
class Pool:
    """Papers in ranking order, their cards, and the subject that editors gave the edition.

    `learned` is what is known of words from all papers, as the ranking is told.
    """

    papers: tuple[PoolPaper, ...]
    cards: Mapping[int, Card]
    subject: str = ""
    learned: Version = NONE


def load_pool(edition: Edition, now: datetime) -> Pool:
    """The candidates that may be sent: neither dropped by an editor nor hidden since."""
    return load_pools([edition], now)[edition.pk]


def load_pools(
    editions: Iterable[Edition], now: datetime, learned: Version | None = None
) -> dict[int, Pool]:
    """The same of several editions, by edition; by the newest model, unless another is wanted."""
    editions = list(editions)
    rows: dict[int, list[Candidate]] = {edition.pk: [] for edition in editions}
    learned = newest() if learned is None else learned
    found = list(sendable(editions).order_by("rank", "pk"))
    kept = _cards(found, now)
    for row in found:
        rows[row.edition_id].append(row)
    pools = {edition.pk: _pool(rows[edition.pk], kept, edition.subject) for edition in editions}
    return {edition: replace(pool, learned=learned) for edition, pool in pools.items()}


def missed_pool(since: datetime, edition: Edition, now: datetime) -> Pool:
    """The best of the editions from then until this one, each paper as last shown."""
    days = Edition.objects.filter(date__gte=since.date(), date__lt=edition.date)
    recent = list(days.order_by("-date")[:MISSED_EDITIONS])
    facts = sendable(recent).order_by("edition__date").values_list("paper", "pk", "score")
    last = {paper: (-score, paper, row) for paper, row, score in facts}
    best = [row for _, _, row in sorted(last.values())[:MISSED_SIZE]]
    found = list(sendable(recent).filter(pk__in=best))
    found.sort(key=lambda row: (-row.score, row.paper_id))
    pool = _pool(found, _cards(found, now))
    # votes of the last three days were counted back then
    papers = tuple(replace(paper, growth=0) for paper in pool.papers)
    return replace(pool, papers=papers, learned=newest())


def furnished(pools: Iterable[Pool], readers: Iterable[Reader]) -> list[Pool]:
    """The pools with their papers' authors, if any of these readers asks for them."""
    pools = list(pools)
    if not any(reader.asks_for_authors for reader in readers):
        return pools
    authors = _authors({paper.paper for pool in pools for paper in pool.papers})
    return [_with(authors, pool) for pool in pools]


def sendable(editions: Iterable[Edition]) -> QuerySet[Candidate]:
    """Neither dropped by an editor nor hidden since."""
    candidates = Candidate.objects.filter(edition__in=editions, paper__status=Paper.Status.VISIBLE)
    return candidates.exclude(placement=Candidate.Placement.DROPPED).select_related("paper")


def _cards(rows: Iterable[Candidate], now: datetime) -> dict[int, Card]:
    """By candidate: as its edition froze it, or as it would freeze now."""
    rows = list(rows)
    open_ones = {row.paper_id for row in rows if not row.card}
    papers = Paper.objects.with_card_facts().filter(pk__in=open_ones)
    made = cards.cards(papers, now) if open_ones else {}
    return {row.pk: Card.from_json(row.card) if row.card else made[row.paper_id] for row in rows}


def _pool(rows: list[Candidate], kept: Mapping[int, Card], subject: str = "") -> Pool:
    rows = sorted(rows, key=lambda row: row.placement != Candidate.Placement.PINNED)
    texts = (Text(row.paper_id, row.paper.title, row.paper.abstract) for row in rows)
    alike = twins(tuple(texts))
    papers = (_pool_paper(row, kept[row.pk], alike.get(row.paper_id, Twins())) for row in rows)
    return Pool(tuple(papers), {row.paper_id: kept[row.pk] for row in rows}, subject)


def _pool_paper(candidate: Candidate, card: Card, alike: Twins) -> PoolPaper:
    paper = candidate.paper
    return PoolPaper(
        paper=card.paper,
        topics=frozenset(card.topics),
        primary=card.topic,
        primary_name=card.topic_name,
        pinned=candidate.placement == Candidate.Placement.PINNED,
        growth=card.growth,
        noticed=candidate.score > UNNOTICED,
        day=paper.first_seen_at.date().isoformat(),
        twins=alike.twins,
        kin=alike.kin,
        title=paper.title,
        abstract=paper.abstract,
        summary=paper.summary,
    )


def _with(authors: Mapping[int, frozenset[int]], pool: Pool) -> Pool:
    papers = (
        replace(paper, authors=authors.get(paper.paper, frozenset())) for paper in pool.papers
    )
    return replace(pool, papers=tuple(papers))


def _authors(papers: set[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    places = Authorship.objects.filter(paper__in=papers).order_by()
    for paper, author in places.values_list("paper", "author"):
        found[paper].add(author)
    return {paper: frozenset(authors) for paper, authors in found.items()}
