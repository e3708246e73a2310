"""What a subscriber chose, changed; and when the next digest then comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce

from papers.models import Topic
from subscriptions import interests
from subscriptions.models import Interest, Subscriber
from subscriptions.models.states import GIVEN_UP
from subscriptions.timing import DAY

BETWEEN_DIGESTS = timedelta(hours=12)
SCHEDULE = ["timezone", "send_hour", "frequency", "weekday"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The interests of one page; no topic means all. Authors and papers have another page."""

    topics: Sequence[Topic] = ()
    muted_topics: Sequence[Topic] = ()
    keywords: Sequence[str] = ()
    muted_keywords: Sequence[str] = ()


def save(subscriber: Subscriber, wanted: Wanted, choices: dict[str, Any], now: datetime) -> None:
    """Keep valid choices: those of the row by name, and exactly the interests that are wanted."""
    with transaction.atomic():
        # The tick moves the same row on, so each of the two waits for the other.
        row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        before = [getattr(row, name) for name in SCHEDULE]
        for name, value in choices.items():
            setattr(row, name, value)
        if before != [getattr(row, name) for name in SCHEDULE]:
            row.next_send_at = next_digest_at(row, now)
        row.save(update_fields=[*choices, "next_send_at"])
        interests.choose_topics(row, wanted.topics, wanted.muted_topics)
        interests.choose_keywords(row, wanted.keywords, wanted.muted_keywords)


def wanted(subscriber: Subscriber) -> Wanted:
    """What is chosen now."""
    kinds = subscriber.interests.filter(kind__in=[Interest.Kind.TOPIC, Interest.Kind.KEYWORD])
    rows = list(kinds.select_related("topic"))
    return Wanted(
        topics=[row.topic for row in rows if row.topic and not row.muted],
        muted_topics=[row.topic for row in rows if row.topic and row.muted],
        keywords=[row.text for row in rows if not row.topic and not row.muted],
        muted_keywords=[row.text for row in rows if not row.topic and row.muted],
    )


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
