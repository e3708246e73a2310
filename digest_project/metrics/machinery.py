"""Ticks, switches, editions, sources and subscribers."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from prometheus_client import Metric

from digest_project.metrics.gauges import gauge, gauges, stamp
from papers.models import Edition, Paper, ScheduledIngest
from subscriptions import brakes, rates
from subscriptions.admin.overview.facts import Facts
from subscriptions.models import Bucket

DAY = timedelta(days=1)


def collect(facts: Facts) -> Iterator[Metric]:
    now = facts.now
    yield gauge("last_tick_timestamp_seconds", "When a tick last ended.", stamp(facts.last_tick))
    yield gauge("sending_paused", "1 while all sending is paused.", facts.pause is not None)
    yield gauge(
        "sending_fenced", "1 while a copied or restored database is not armed.", bool(facts.fenced)
    )
    yield gauge("breaker_open", "1 while the provider refuses our mail.", facts.breaker is not None)
    yield from _rates(now)
    yield from _edition(facts.edition)
    yield gauge("edition_papers", "Its papers.", facts.papers)
    yield from _sources(facts.ingests)
    yield gauge(
        "papers_last_day",
        "Papers that came in within 24 hours.",
        Paper.objects.first_seen_within(now - DAY, now).count(),
    )
    yield gauges("subscribers", "Subscribers by state.", "state", facts.subscribers)


def _rates(now: datetime) -> Iterator[Metric]:
    """Of domains only how many: one may be a person's own."""
    paces = {pace.domain: pace for pace in rates.told(now)}
    slowed = {domain for domain, pace in paces.items() if pace.slowed_at or pace.not_before}
    provider = paces.get(Bucket.PROVIDER)
    yield gauge(
        "provider_rate",
        "Mails a second that may go to the provider at most; 0: no limit.",
        (provider and provider.rate) or 0,
    )
    yield gauge(
        "provider_slowed",
        "1 while mail goes slower than is set, because the provider asked for it.",
        Bucket.PROVIDER in slowed,
    )
    yield gauge(
        "domains_slowed",
        "Domains of readers that get their mail slower because they asked for it.",
        len(slowed - {Bucket.PROVIDER}),
    )


def _edition(edition: Edition | None) -> Iterator[Metric]:
    date = datetime.combine(edition.date, time(), UTC) if edition else None
    yield gauge(
        "edition_timestamp_seconds", "The day of the edition that digests are made of.", stamp(date)
    )
    yield gauge("edition_frozen", "1 once its content stays.", bool(edition and edition.frozen_at))
    yield gauge("edition_held", "1 while it is held.", bool(edition and edition.held))
    braked = bool(edition and edition.held and edition.held_by == brakes.BY)
    yield gauge("edition_braked", "1 while the brake is what holds it.", braked)


def _sources(ingests: Iterable[ScheduledIngest]) -> Iterator[Metric]:
    rows = {row.source: row for row in ingests if row.enabled}
    yield gauges(
        "ingest_last_success_timestamp_seconds",
        "When the source was last read to its end, of those that are enabled.",
        "source",
        {source: stamp(row.last_success_at) for source, row in rows.items()},
    )
    yield gauges(
        "ingest_failures",
        "How often in a row reading the source has failed.",
        "source",
        {source: row.failures for source, row in rows.items()},
    )
