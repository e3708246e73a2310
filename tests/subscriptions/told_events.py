"""A mail that was sent, what its provider tells of it, and where that leaves it."""

from datetime import UTC, datetime
from typing import Any

from subscriptions import events
from subscriptions.models import Digest, ProviderEvent
from tests.factories import DigestFactory

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
READER = "reader@example.com"


def sent(**facts: Any) -> Digest:
    standing = {"state": "sent", "sent_at": NOW, "sending_at": NOW, "message_id": "<1@papers.test>"}
    return DigestFactory.create(**{"subscriber__email": READER, **standing, **facts})


def told(kind: str, number: int = 1, **facts: Any) -> bool:
    event = {"happened_at": NOW, "message_id": "1@papers.test", "address": READER, **facts}
    return events.store(events.Facts("Postmark", kind, event_id=f"{kind}-{number}", **event))


def outcomes() -> list[tuple[str, str]]:
    return list(ProviderEvent.objects.order_by("pk").values_list("state", "outcome"))


def standing(digest: Digest) -> tuple[str, str, str]:
    digest.refresh_from_db()
    return digest.state, digest.reason, digest.subscriber.state
