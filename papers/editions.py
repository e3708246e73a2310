"""Editions: built from what came in, rebuilt while open, frozen by the first digest."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from papers import cards
from papers.cards import Card
from papers.models import Candidate, Edition, Paper
from papers.models.paper import PaperQuerySet

TOPIC_SIZE = 5  # papers of each topic that are candidates, however loud other topics are


def current_edition(now: datetime) -> Edition | None:
    """The edition that readers see: the newest one that is not of the future."""
    return Edition.objects.newest(now.date())


def refresh(now: datetime) -> Edition:
    """Today's edition with all that came in so far; before EDITION_HOUR still the last one."""
    current = current_edition(now)
    if current and current.date < now.date() and now.hour < settings.EDITION_HOUR:
        return current
    return build(now)


def build(now: datetime) -> Edition:
    """Rank today's candidates anew, keeping the editors' placements. A frozen edition stays."""
    with transaction.atomic():
        Edition.objects.get_or_create(date=now.date())
        edition = Edition.objects.select_for_update().get(date=now.date())
        if edition.frozen_at or not _stale(edition):
            return edition
        edition.covers_from = now - timedelta(days=settings.EDITION_WINDOW_DAYS)
        edition.covers_to = edition.built_at = now
        edition.save()
        _rank(edition)
        return edition


def frozen_edition(now: datetime) -> Edition:
    """The edition that digests due now are copies of; from here on its cards stay as they are."""
    edition = refresh(now)
    if edition.frozen_at is None:
        _freeze(edition, now)
    return edition


def unpin(papers: Iterable[Paper]) -> None:
    """Papers no longer featured take their rank again, in editions that are still open."""
    pinned = Candidate.objects.filter(placement=Candidate.Placement.PINNED, paper__in=papers)
    pinned.filter(edition__frozen_at=None).update(placement=Candidate.Placement.RANKED)


def edition_cards(edition: Edition, now: datetime) -> dict[int, Card]:
    """Its cards by paper: as frozen, or as they would freeze now."""
    if edition.frozen_at:
        kept = edition.candidates.values_list("paper", "card")
        return {paper: Card.from_json(card) for paper, card in kept}
    ids = edition.candidates.values("paper")
    return cards.cards(Paper.objects.with_card_facts().filter(pk__in=ids), now)


def _stale(edition: Edition) -> bool:
    if edition.built_at is None:
        return True
    return Paper.objects.filter(updated_at__gte=edition.built_at).exists()


def _rank(edition: Edition) -> None:
    """Known candidates keep their row and their placement; new ones join, others leave."""
    pool = _pool(edition)
    edition.candidates.exclude(paper__in=pool).delete()
    Candidate.objects.bulk_create(
        (
            Candidate(
                edition=edition,
                paper=paper,
                rank=rank,
                score=paper.trending,
            )
            for rank, paper in enumerate(pool, start=1)
        ),
        update_conflicts=True,
        unique_fields=["edition", "paper"],
        update_fields=["rank", "score"],
    )
    ranked = edition.candidates.filter(placement=Candidate.Placement.RANKED)
    ranked.filter(paper__featured=True).update(placement=Candidate.Placement.PINNED)


def _pool(edition: Edition) -> list[Paper]:
    """Placed and featured papers of any age and the best of the window, ranked together."""
    visible = Paper.objects.visible().by_trending()
    placed = edition.candidates.exclude(placement=Candidate.Placement.RANKED).values("paper")
    chosen = list(visible.filter(featured=True) | visible.filter(pk__in=placed))
    window = visible.first_seen_within(*_window(edition))
    best = window[: settings.EDITION_SIZE].values("pk")
    ids = {paper.pk for paper in chosen}
    ranked = visible.filter(pk__in=best) | visible.filter(pk__in=_best_of_topics(window))
    rest = [paper for paper in ranked if paper.pk not in ids]
    return sorted(chosen + rest, key=lambda paper: -paper.trending)


def _best_of_topics(papers: PaperQuerySet) -> QuerySet[Paper, Any]:
    best_first = ["-trending", "-first_seen_at", "pk"]
    place = Window(RowNumber(), partition_by=F("primary_topic"), order_by=best_first)
    with_topic = papers.filter(primary_topic__isnull=False).annotate(place=place)
    return with_topic.filter(place__lte=TOPIC_SIZE).values("pk")


def _window(edition: Edition) -> tuple[datetime, datetime]:
    if edition.covers_from is None or edition.covers_to is None:
        raise ValueError(f"The edition of {edition} has no window yet: build it first.")
    return edition.covers_from, edition.covers_to


def _freeze(edition: Edition, now: datetime) -> None:
    with transaction.atomic():
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        if locked.frozen_at is None:
            _keep_cards(edition, now)
            locked.frozen_at = now
            locked.save(update_fields=["frozen_at"])
    edition.frozen_at = locked.frozen_at


def _keep_cards(edition: Edition, now: datetime) -> None:
    facts = edition_cards(edition, now)
    candidates = list(edition.candidates.all())
    for candidate in candidates:
        candidate.card = facts[candidate.paper_id].as_json()
    Candidate.objects.bulk_update(candidates, ["card"], batch_size=100)
