"""Readers' votes: one for each paper, taken back at will. They move trending like any signal."""

from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncHour

from papers.models import Paper, Signal
from papers.signals import restate
from subscriptions.models import Subscriber, Vote

SOURCE = "readers"


def vote(subscriber: Subscriber, paper: Paper, now: datetime) -> bool:
    """False when this reader has voted for it before."""
    with transaction.atomic():
        _take_turns([paper.pk])
        _, given = Vote.objects.get_or_create(
            subscriber=subscriber, paper=paper, defaults={"given_at": now}
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
    votes = Vote.objects.filter(paper=paper).values("paper").annotate(hour=hour, count=Count("pk"))
    by_hour = dict(votes.order_by("hour").values_list("hour", "count"))
    totals = dict(zip(by_hour, accumulate(by_hour.values()), strict=True))
    restate(paper.pk, SOURCE, Signal.Kind.VOTES, totals, now)
