"""An event arrives: kept once, with no address in it."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from subscriptions import addresses
from subscriptions.models import ProviderEvent

ADDRESS = re.compile(r"[^\s@<>()\[\]\"',;:]+@[^\s@<>()\[\]\"',;:]+")
LONGEST_ID = 200
LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """What a provider tells, as it comes in from outside: anything may be missing or wrong.

    `message_id` with angle brackets or without; `event_id` empty where the provider has none.
    """

    provider: str
    kind: str
    happened_at: datetime
    message_id: str = ""
    address: str = ""
    told: str = ""
    event_id: str = ""


def store(facts: Facts) -> bool:
    """False: it was here already. What comes of it is another step's."""
    message_id = _clean(facts.message_id).strip("<> ")
    row = {
        "kind": facts.kind,
        "message_id": f"<{message_id}>"[:255] if message_id else "",
        "address_hash": addresses.address_hash(facts.address) if facts.address else "",
        "told": _clean(ADDRESS.sub("•••", facts.told))[:LONGEST_WORDS],
        "happened_at": facts.happened_at,
    }
    event_id = _clean(facts.event_id)
    if not event_id or len(event_id) > LONGEST_ID:
        event_id = sha256(repr([event_id, *row.values()]).encode()).hexdigest()
    _, new = ProviderEvent.objects.get_or_create(
        provider=facts.provider, event_id=event_id, defaults=row
    )
    return new


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot keep, and without line breaks."""
    told = text.replace("\0", "").encode("utf-8", "replace").decode()
    return " ".join(told.split())
