"""Digests, notices, and what providers told of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import quantiles

from django.db.models import Count
from prometheus_client import Metric

from digest_project.metrics.gauges import by_labels, gauge, gauges, stamp
from papers.editions import last_day
from papers.models import Edition
from subscriptions.admin.overview.facts import Facts, Waiting
from subscriptions.equation import equation
from subscriptions.models import Digest, ProviderEvent
from subscriptions.models.states import State

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATEST = 2000  # mails that the latency is told of
NAMES = ("current", "previous")


def collect(facts: Facts) -> Iterator[Metric]:
    newest = Edition.objects.filter(date__lte=last_day(facts.now)).order_by("-date")[: len(NAMES)]
    yield from _of_editions(dict(zip(NAMES, newest, strict=False)))
    yield from _of_waiting(facts)
    yield _latency(facts.now)
    yield gauge("last_sent_timestamp_seconds", "When the last digest left.", stamp(facts.last_sent))
    yield gauges(
        "provider_events",
        "What the provider told in the last 24 hours, by kind.",
        "kind",
        dict.fromkeys(ProviderEvent.Kind.values, 0) | _told(facts.now - DAY),
    )


def _of_editions(editions: dict[str, Edition]) -> Iterator[Metric]:
    yield _digests(editions)
    yield gauges(
        "digests_unexplained",
        "Digests that no tick brings further.",
        "edition",
        {name: equation(edition.digests.all()).unexplained for name, edition in editions.items()},
    )


def _of_waiting(facts: Facts) -> Iterator[Metric]:
    now = facts.now
    yield gauge(
        "digest_oldest_due_seconds",
        "How long the digest that waits longest has been due; 0 when none waits.",
        _age(facts.waiting, now),
    )
    yield gauge(
        "notice_oldest_waiting_seconds",
        "How long the notice that waits longest (a confirmation, a link …) has been asked for.",
        _age(facts.notices, now),
    )
    yield gauge(
        "provider_event_oldest_waiting_seconds",
        "How long the provider's word that waits longest has been waiting to be made use of.",
        _age(facts.events, now),
    )


def _digests(editions: dict[str, Edition]) -> Metric:
    names = {edition.pk: name for name, edition in editions.items()}
    counts = dict.fromkeys(((name, state) for name in editions for state in State.values), 0)
    rows = Digest.objects.filter(edition__in=names).order_by()
    for edition, state, count in rows.values_list("edition", "state").annotate(Count("pk")):
        counts[names[edition], state] = count
    return by_labels(
        "digests", "Digests of an edition by state.", ("edition", "state"), counts.items()
    )


def _latency(now: datetime) -> Metric:
    sent = Digest.objects.filter(sent_at__gt=now - HOUR).order_by("-sent_at")
    waits = [
        (left - due).total_seconds() for due, left in sent.values_list("due_at", "sent_at")[:LATEST]
    ]
    cuts = quantiles(waits, n=100) if len(waits) > 1 else waits * 99
    return gauges(
        "send_latency_seconds",
        f"From due to sent, of the last {LATEST} digests that left within an hour.",
        "quantile",
        {"0.5": cuts[49], "0.95": cuts[94], "0.99": cuts[98]} if cuts else {},
    )


def _told(since: datetime) -> dict[str, int]:
    recent = ProviderEvent.objects.filter(received_at__gt=since).order_by()
    return dict(recent.values_list("kind").annotate(Count("pk")))


def _age(waiting: Waiting, now: datetime) -> float:
    return max((now - waiting.since).total_seconds(), 0) if waiting.since else 0
