"""How fast mail may go, to the provider and to each domain: token buckets that all workers share.

EMAIL_RATE and EMAIL_DOMAIN_RATES say how fast at most. Who throttles us more than by chance gets
half of what it took lately, and from there a little more every ten seconds, up to what is set.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, Q

from subscriptions.models import Bucket, Digest, Notice, Outgoing
from subscriptions.models.bucket import FORGOTTEN, LEAST

logger = structlog.get_logger(__name__)
SLOWEST = 1.0  # a second: what anybody takes
WINDOW = timedelta(seconds=10)  # what "lately" means; nobody is slowed twice in it
SHORTEST = timedelta(seconds=1)  # providers count by the second: nobody is judged by less
CHANCE = 0.1  # the share of throttled mails that tells of a bad day, not of a limit
SIGMAS = 3
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Turn:
    """How many may go now; if none, when to ask again, None: not soon."""

    granted: int
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """For people: how fast mail goes to a domain, "" for the provider, in mails a second."""

    domain: str
    rate: float | None
    configured: float | None
    slowed_at: datetime | None
    not_before: datetime | None


class _Known:
    """The buckets that this process knows of, besides those that are set."""

    domains: frozenset[str] = frozenset()


def domain_of(mail: Outgoing) -> str:
    return str(mail.subscriber.email).rpartition("@")[2].lower()


def configured(domain: str) -> float | None:
    """Mails a second at most; None: no limit is set."""
    rates: dict[str, float] = settings.EMAIL_DOMAIN_RATES
    return (settings.EMAIL_RATE if domain == Bucket.PROVIDER else rates.get(domain)) or None


def look() -> None:
    """See whom others have slowed down. Once a claim, so that most mails cost no question."""
    _Known.domains = frozenset(Bucket.objects.values_list("domain", flat=True))


def paced_domains() -> list[str]:
    """Domains of recipients that may have a pace of their own."""
    return sorted((_Known.domains | set(settings.EMAIL_DOMAIN_RATES)) - {Bucket.PROVIDER})


def take(
    wanted: int, now: datetime, domain: str = Bucket.PROVIDER, *, urgent: bool = False
) -> Turn:
    """Tokens for up to `wanted` mails. Urgent ones also take what comes in the next moments."""
    if not configured(domain) and domain not in _Known.domains:
        return Turn(wanted)
    with transaction.atomic():
        bucket = _locked(domain, now)
        if bucket.is_shut(now):
            return Turn(0)
        pace = bucket.pace(now, configured(domain))
        return _taken(bucket, wanted, now, pace, urgent=urgent) if pace else Turn(wanted)


def _taken(bucket: Bucket, wanted: int, now: datetime, pace: float, *, urgent: bool) -> Turn:
    bucket.fill(now, pace)
    left = bucket.tokens + ROUNDING + (max(LEAST, pace) if urgent else 0)
    granted = min(wanted, max(0, int(left)))
    bucket.tokens -= granted
    bucket.save(update_fields=["tokens", "filled_at"])
    return Turn(granted, None if granted else now + timedelta(seconds=(1 - left) / pace))


def slow_down(domain: str, now: datetime, retry_after: timedelta | None = None) -> None:
    """The provider (Bucket.PROVIDER) or a domain asked for it."""
    with transaction.atomic():
        bucket = _locked(domain, now)
        if retry_after:
            _put_off(bucket, now + retry_after)
        if bucket.slowed_at is None or now >= bucket.slowed_at + WINDOW:
            bucket.count(now, WINDOW)
            if bucket.counted_from and now >= bucket.counted_from + SHORTEST:
                _judge(bucket, now)
        bucket.save()
    _Known.domains |= {domain}


def _put_off(bucket: Bucket, moment: datetime) -> None:
    bucket.not_before = max(bucket.not_before or moment, moment)
    logger.warning("asked_to_wait", of=str(bucket), until=bucket.not_before.isoformat())


def _judge(bucket: Bucket, now: datetime) -> None:
    """Half of what it took lately, if it throttles more than by chance."""
    took, since = _sent_lately(bucket.domain, now)
    by_chance = CHANCE * (took + bucket.throttled)
    if bucket.throttled <= by_chance + SIGMAS * sqrt(by_chance):
        return
    limit = configured(bucket.domain)
    measured = took / max(now - since, SHORTEST).total_seconds()
    half = min(bucket.pace(now, limit) or measured, measured) / 2
    bucket.slow(now, max(half, min(SLOWEST, limit or SLOWEST)))
    logger.warning("slowed_down", of=str(bucket), a_second=bucket.rate)


def _sent_lately(domain: str, now: datetime) -> tuple[int, datetime]:
    """How many mails were taken in the window, and when the first of them."""
    count, since = 0, now
    for mails in (Digest.objects.all(), Notice.objects.all()):
        to = mails.to_domains([domain]) if domain else mails
        sent = to.filter(sent_at__gt=now - WINDOW).order_by()
        told = sent.aggregate(count=Count("pk"), since=Min("sent_at"))
        count, since = count + told["count"], min(since, told["since"] or since)
    return count, since


def _locked(domain: str, now: datetime) -> Bucket:
    """Made where there is none. Nobody locks two, so nobody waits in a circle."""
    row = Bucket.objects.select_for_update().filter(pk=domain)
    if bucket := row.first():
        return bucket
    Bucket.objects.bulk_create([Bucket(domain=domain, filled_at=now)], ignore_conflicts=True)
    return row.get()


def told(now: datetime) -> Iterator[Pace]:
    """Every rate that is set, and everybody who asked us to slow down or to wait."""
    rows = {bucket.domain: bucket for bucket in Bucket.objects.all()}
    for domain in sorted({Bucket.PROVIDER, *settings.EMAIL_DOMAIN_RATES, *rows}):
        bucket, limit = rows.get(domain, Bucket(domain=domain, filled_at=now)), configured(domain)
        rate = bucket.pace(now, limit)
        slowed_at = bucket.slowed_at if rate != limit else None
        not_before = bucket.not_before if bucket.is_shut(now) else None
        if rate or not_before:
            yield Pace(domain, rate, limit, slowed_at, not_before)


def forget(now: datetime) -> None:
    """Buckets that bind nobody any more. Those that are set are made again when they are used."""
    long_ago = now - FORGOTTEN
    recent = Q(slowed_at__gt=long_ago) | Q(not_before__gt=now) | Q(counted_from__gt=long_ago)
    Bucket.objects.exclude(recent).filter(filled_at__lte=long_ago).delete()
