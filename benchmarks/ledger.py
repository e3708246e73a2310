"""A large ledger for a collection: readers with digests, notices, votes and events; for timing."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from django.db import connection

from papers.models import Edition, Paper
from seeds.subscribers import add_subscribers
from subscriptions.models import Digest, Notice, ProviderEvent, Subscriber, Suppression, Vote
from subscriptions.models.states import State

BATCH = 5_000
STATES = [State.SENT] * 17 + [State.DELIVERED, State.REFUSED, State.SKIPPED]
REASONS = {State.REFUSED: "SMTPRecipientsRefused: 550", State.SKIPPED: "empty"}


def make_ledger(readers: int, now: datetime) -> None:
    """As many readers, and one row of each other kind for each of them."""
    add_subscribers(readers, now)
    who = list(Subscriber.objects.order_by("pk").values_list("pk", flat=True))
    chance = Random(1)  # noqa: S311  # repeatable, not secret
    _store(_digests(who, chance, now))
    _store(_notices(who, now))
    _store(_votes(who, chance))
    _store(_events(now))
    _store(Suppression(address_hash=_hash(number)) for number in range(readers // 10))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _digests(who: list[int], chance: Random, now: datetime) -> Iterator[Digest]:
    """Most are of today's edition: that is how a large one looks."""
    editions = list(Edition.objects.order_by("-date")[:5])
    for number, reader in enumerate(who):
        edition = editions[0] if number % 2 else chance.choice(editions)
        state = chance.choice(STATES)
        due = now - timedelta(days=(editions[0].date - edition.date).days, seconds=number % 3600)
        yield Digest(
            subscriber_id=reader,
            edition=edition,
            local_date=edition.date,
            due_at=due,
            state=state,
            reason=REASONS.get(state, ""),
            attempts=1,
            subject="A subject, and 9 more papers",
            message_id=f"<digest-{number:032x}@example.org>",
            sent_at=due + timedelta(seconds=90) if state in {State.SENT, State.DELIVERED} else None,
        )


def _notices(who: list[int], now: datetime) -> Iterator[Notice]:
    for number, reader in enumerate(who):
        asked = now - timedelta(minutes=number % 40_000)
        kind = Notice.Kind.CONFIRM
        yield Notice(subscriber_id=reader, kind=kind, state=State.SENT, asked_at=asked)


def _votes(who: list[int], chance: Random) -> Iterator[Vote]:
    papers = list(Paper.objects.order_by("-first_seen_at").values_list("pk", flat=True)[:2000])
    for reader in who:
        yield Vote(subscriber_id=reader, paper_id=chance.choice(papers))


def _events(now: datetime) -> Iterator[ProviderEvent]:
    for number, (digest, message) in enumerate(Digest.objects.values_list("pk", "message_id")):
        yield ProviderEvent(
            provider="postmark",
            event_id=str(number),
            kind=ProviderEvent.Kind.DELIVERED,
            message_id=message,
            address_hash=_hash(number),
            digest_id=digest,
            happened_at=now - timedelta(seconds=number % 90_000),
            state=ProviderEvent.State.DONE,
        )


def _hash(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def _store(rows: Iterable[Any]) -> None:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            type(row).objects.bulk_create(batch)
            batch = []
    if batch:
        type(batch[0]).objects.bulk_create(batch)
