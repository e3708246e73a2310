"""What a subscriber chose, changed; and when the next digest then comes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce

from papers.models import Topic
from subscriptions import interests
from subscriptions.models import Subscriber
from subscriptions.models.outgoing import GIVEN_UP
from subscriptions.timing import DAY

BETWEEN_DIGESTS = timedelta(hours=12)
SCHEDULE = ["timezone", "send_hour", "frequency", "weekday"]


def save(
    subscriber: Subscriber, topics: Iterable[Topic], choices: dict[str, Any], now: datetime
) -> None:
    """Keep valid choices: the schedule's fields and `paper_count` by name. No topic means all."""
    with transaction.atomic():
        # The tick moves the same row on, so each of the two waits for the other.
        row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        before = [getattr(row, name) for name in SCHEDULE]
        for name, value in choices.items():
            setattr(row, name, value)
        if before != [getattr(row, name) for name in SCHEDULE]:
            row.next_send_at = next_digest_at(row, now)
        row.save(update_fields=[*choices, "next_send_at"])
        interests.choose_topics(row, topics)


def next_digest_at(subscriber: Subscriber, now: datetime) -> datetime:
    """The first slot after `now` whose date has no digest yet and 12 hours after the last one."""
    kept = subscriber.digests.exclude(state__in=GIVEN_UP)
    last = kept.aggregate(last=Max(Coalesce("sent_at", "due_at")))["last"]
    earliest = max(now, last + BETWEEN_DIGESTS - timedelta(microseconds=1)) if last else now
    yesterday = now.astimezone(subscriber.zone).date() - DAY
    digests = subscriber.digests.filter(local_date__gte=yesterday)
    taken = set(digests.values_list("local_date", flat=True))
    return next(
        slot.due_at
        for slot in subscriber.schedule.slots_from(yesterday)
        if slot.due_at > earliest and slot.local_date not in taken
    )
