"""Editions: built from what came in, rebuilt while open, frozen by the first digest or an editor.

Once the day's is frozen, the next one is there for editors to arrange; readers see it on its day.
The order of their papers is in `placing`.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from papers import cards, placing
from papers.cards import Card
from papers.models import Candidate, Edition, Paper
from papers.models.paper import PaperQuerySet

Placement = Candidate.Placement
DAY = timedelta(days=1)
TOPIC_SIZE = 5  # papers of each topic that are candidates, however loud other topics are


def last_day(now: datetime) -> date:
    """The last day whose edition readers see: before EDITION_HOUR it is yesterday."""
    return now.date() if now.hour >= settings.EDITION_HOUR else now.date() - DAY


def current_edition(now: datetime) -> Edition | None:
    """The edition that readers see; on the very first day there is none before it."""
    return Edition.objects.newest(last_day(now)) or Edition.objects.newest(now.date())


def next_edition(now: datetime) -> Edition | None:
    """The one that editors can arrange already."""
    return Edition.objects.filter(date__gt=last_day(now), frozen_at=None).order_by("date").first()


def tend(now: datetime) -> None:
    """What a tick does: refresh and, once the day's edition is frozen, prepare the next."""
    current = refresh(now)
    if current.frozen_at and current.date == last_day(now):
        _build(current.date + DAY, now)


def refresh(now: datetime) -> Edition:
    """Today's edition with all that came in so far; before EDITION_HOUR still the last one."""
    current = current_edition(now)
    if current and current.date < now.date() and now.hour < settings.EDITION_HOUR:
        return current
    return build(now)


def build(now: datetime) -> Edition:
    """Rank today's candidates anew, keeping the editors' placements. A frozen edition stays."""
    return _build(now.date(), now)


def _build(day: date, now: datetime) -> Edition:
    with transaction.atomic():
        Edition.objects.get_or_create(date=day)
        edition = Edition.objects.select_for_update().get(date=day)
        if edition.frozen_at or not _stale(edition, now):
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
        freeze(edition, now)
    return edition


def freeze(edition: Edition, now: datetime) -> bool:
    """Keep its cards as they are now; False when that was done before."""
    with transaction.atomic():
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        is_open = locked.frozen_at is None
        if is_open:
            _keep_cards(edition, now)
            locked.frozen_at = now
            locked.save(update_fields=["frozen_at"])
    edition.frozen_at = locked.frozen_at
    return is_open


def hold(edition: Edition, reason: str, by: str, now: datetime) -> bool:
    """None of its digests leaves from now on; False when somebody held it before."""
    held = {"held": True, "hold_reason": reason, "held_by": by, "held_at": now}
    return Edition.objects.filter(pk=edition.pk, held=False).update(**held) == 1


def release(edition: Edition) -> bool:
    """Its digests may leave again; False when it was not held."""
    free = {"held": False, "hold_reason": "", "held_by": "", "held_at": None}
    return Edition.objects.filter(pk=edition.pk, held=True).update(**free) == 1


def unpin(papers: Iterable[Paper]) -> None:
    """Papers no longer featured take their rank again, in editions that are still open."""
    ids = [paper.pk for paper in papers]
    pinned = Candidate.objects.filter(placement=Placement.PINNED, paper__in=ids)
    for edition in Edition.objects.filter(frozen_at=None, pk__in=pinned.values("edition")):
        placing.place(edition, ids, Placement.RANKED)


def edition_cards(edition: Edition, now: datetime) -> dict[int, Card]:
    """Its cards by paper: as frozen, or as they would freeze now."""
    if edition.frozen_at:
        kept = edition.candidates.values_list("paper", "card")
        return {paper: Card.from_json(card) for paper, card in kept}
    ids = edition.candidates.values("paper")
    return cards.cards(Paper.objects.with_card_facts().filter(pk__in=ids), now)


def _stale(edition: Edition, now: datetime) -> bool:
    if edition.built_at is None or edition.built_at.date() < edition.date <= now.date():
        return True
    return Paper.objects.filter(updated_at__gte=edition.built_at).exists()


def _rank(edition: Edition) -> None:
    """Known candidates keep what editors did to them; new ones join, others leave."""
    pool = _pool(edition)
    edition.candidates.exclude(paper__in=pool).delete()
    known = {row.paper_id: row for row in edition.candidates.defer("card")}
    rows = placing.arranged(_candidate(edition, paper, known.get(paper.pk)) for paper in pool)
    for rank, row in enumerate(rows, start=1):
        row.rank = rank
    Candidate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["edition", "paper"],
        update_fields=["rank", "score", "placement", "moved_to"],
    )


def _candidate(edition: Edition, paper: Paper, known: Candidate | None) -> Candidate:
    placement, moved_to = (known.placement, known.moved_to) if known else (Placement.RANKED, None)
    if paper.featured and placement == Placement.RANKED:
        placement, moved_to = Placement.PINNED, None
    return Candidate(
        edition=edition,
        paper=paper,
        score=paper.trending,
        placement=placement,
        moved_to=moved_to,
    )


def _pool(edition: Edition) -> list[Paper]:
    """Placed, moved and featured papers of any age and the best of the window, by trending."""
    visible = Paper.objects.visible().by_trending()
    by_hand = ~Q(placement=Placement.RANKED) | Q(moved_to__isnull=False)
    placed = edition.candidates.filter(by_hand).values("paper")
    chosen = visible.filter(featured=True) | visible.filter(pk__in=placed)
    window = visible.first_seen_within(*_window(edition))
    best = window[: settings.EDITION_SIZE].values("pk")
    ranked = visible.filter(pk__in=best) | visible.filter(pk__in=_best_of_topics(window))
    papers = {paper.pk: paper for paper in (*chosen, *ranked)}
    return sorted(papers.values(), key=_trending)


def _trending(paper: Paper) -> tuple[float, float, int]:
    """As `PaperQuerySet.by_trending`."""
    return -paper.trending, -paper.first_seen_at.timestamp(), paper.pk


def _best_of_topics(papers: PaperQuerySet) -> QuerySet[Paper, Any]:
    best_first = ["-trending", "-first_seen_at", "pk"]
    place = Window(RowNumber(), partition_by=F("primary_topic"), order_by=best_first)
    with_topic = papers.filter(primary_topic__isnull=False).annotate(place=place)
    return with_topic.filter(place__lte=TOPIC_SIZE).values("pk")


def _window(edition: Edition) -> tuple[datetime, datetime]:
    if edition.covers_from is None or edition.covers_to is None:
        raise ValueError(f"The edition of {edition} has no window yet: build it first.")
    return edition.covers_from, edition.covers_to


def _keep_cards(edition: Edition, now: datetime) -> None:
    facts = edition_cards(edition, now)
    candidates = list(edition.candidates.all())
    for candidate in candidates:
        candidate.card = facts[candidate.paper_id].as_json()
    Candidate.objects.bulk_update(candidates, ["card"], batch_size=100)
