"""Readers' votes: one for each paper, taken back at will. They move trending like any signal.

Whether the reader was new is kept with the vote: they may confirm anew, and a score changes by
votes alone.
"""

from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncHour

from papers.models import Paper, Signal
from papers.signals import restate
from subscriptions.damping import damped_hours, is_new
from subscriptions.models import Subscriber, Vote

SOURCE = "readers"


def vote(subscriber: Subscriber, paper: Paper, now: datetime) -> bool:
    """False when this reader has voted for it before."""
    with transaction.atomic():
        _take_turns([paper.pk])
        _, given = Vote.objects.get_or_create(
            subscriber=subscriber,
            paper=paper,
            defaults={"given_at": now, "new_reader": is_new(subscriber.confirmed_at, now)},
        )
        if given:
            _restate(paper, now)
    return given


def take_back(subscriber: Subscriber, paper: Paper, now: datetime) -> bool:
    """False when there was no vote to take back."""
    with transaction.atomic():
        _take_turns([paper.pk])
        taken, _ = Vote.objects.filter(subscriber=subscriber, paper=paper).delete()
        if taken:
            _restate(paper, now)
    return taken > 0


def take_back_all(subscriber: Subscriber, now: datetime) -> int:
    """Every vote this reader gave; how many that were."""
    with transaction.atomic():
        papers = _take_turns(Vote.objects.filter(subscriber=subscriber).values("paper"))
        taken, _ = Vote.objects.filter(subscriber=subscriber, paper__in=papers).delete()
        for paper in papers:
            _restate(paper, now)
    return taken


def _take_turns(papers: Any) -> list[Paper]:
    # Each must count the votes given before it; in one order, so that no two block each other.
    rows = Paper.objects.select_for_update(no_key=True).filter(pk__in=papers)
    return list(rows.only("pk").order_by("pk"))


def _restate(paper: Paper, now: datetime) -> None:
    """By the hour, because the minute says more of the reader than of the paper."""
    hour = TruncHour("given_at", tzinfo=UTC)
    votes = Vote.objects.filter(paper=paper).values("paper").annotate(hour=hour)
    counts = votes.annotate(count=Count("pk"), of_new=Count("pk", filter=Q(new_reader=True)))
    rows = list(counts.order_by("hour").values_list("hour", "count", "of_new"))
    totals = accumulate(count for _, count, _ in rows)
    series = {hour: total for (hour, _, _), total in zip(rows, totals, strict=True)}
    restate(paper.pk, SOURCE, Signal.Kind.VOTES, series, now, dict(damped_hours(rows)))
