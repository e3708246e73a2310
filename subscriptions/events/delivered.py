"""The good news of many mails at once: nearly all that providers tell is that a digest arrived."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from subscriptions.models import Digest, ProviderEvent
from subscriptions.models.states import State

CHUNK = 500  # events in one transaction


def settle_delivered(events: Sequence[int], now: datetime) -> set[int]:
    """Those of them that say of a sent digest that it is there.

    Whatever is less plain is left as it is, for one event at a time.
    """
    chunks = (events[start : start + CHUNK] for start in range(0, len(events), CHUNK))
    parts = (_settle(ProviderEvent.objects.filter(pk__in=chunk), now) for chunk in chunks)
    return set(chain.from_iterable(parts))


@transaction.atomic
def _settle(events: QuerySet[ProviderEvent], now: datetime) -> Iterable[int]:
    plain = events.filter(kind=ProviderEvent.Kind.DELIVERED, state=ProviderEvent.State.WAITING)
    free = plain.exclude(message_id="").order_by("-pk").select_for_update(skip_locked=True)
    told = {event.message_id: event for event in free}  # the first of each
    sent = Digest.objects.filter(message_id__in=told, state=State.SENT).order_by("pk")
    digests = sent.select_for_update(of=("self",))
    arrived = {
        told[message_id].pk: pk
        for pk, message_id, reader in digests.values_list(
            "pk", "message_id", "subscriber__address_hash"
        )
        if told[message_id].address_hash in {"", reader}
    }
    Digest.objects.filter(pk__in=arrived.values()).update(state=State.DELIVERED, reason="")
    digest = Digest.objects.filter(message_id=OuterRef("message_id")).order_by("-due_at", "pk")
    events.filter(pk__in=arrived).update(
        state=ProviderEvent.State.DONE,
        outcome=State.DELIVERED.label,
        processed_at=now,
        digest=Subquery(digest.values("pk")[:1]),
    )
    return arrived
