"""Any number of synthetic readers, the same ones on every machine, to try the scale with.

They are `reader-000001@example.com` and so on: confirmed, active, of varied interests and hours.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random

from django.db import transaction

from papers.models import Topic
from seeds import variety
from subscriptions import addresses
from subscriptions.models import Interest, Subscriber

BATCH = 5_000
MOST = 999_999  # six digits


def add_subscribers(
    count: int,
    now: datetime,
    *,
    due: bool = False,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Have readers number 1 to `count`; returns how many were new. Existing ones stay as they are.

    With `due`, the new ones get their digest every day and the first was due a minute ago.
    `progress` is told how many are new so far, after every batch.
    """
    missing = _missing(count)
    topics = _TopicChoice()
    for start in range(0, len(missing), BATCH):
        numbers = missing[start : start + BATCH]
        _add_batch(numbers, topics, now, due=due)
        if progress:
            progress(start + len(numbers))
    return len(missing)


def address(number: int) -> str:
    return f"reader-{number:06}@example.com"


def _missing(count: int) -> list[int]:
    synthetic = Subscriber.objects.filter(email__startswith="reader-")
    existing = set(synthetic.values_list("email", flat=True))
    return [number for number in range(1, count + 1) if address(number) not in existing]


class _TopicChoice:
    """Topics to follow, popular ones more often."""

    def __init__(self) -> None:
        topics = dict(Topic.objects.order_by("code").values_list("pk", "code"))
        self._topics = list(topics)
        self._weights = list(accumulate(map(variety.topic_weight, topics.values())))

    def draw(self, chance: Random) -> list[int]:
        """The rows of up to `variety.MOST_INTERESTS` topics, at least one."""
        count = chance.randint(1, variety.MOST_INTERESTS)
        drawn = chance.choices(self._topics, cum_weights=self._weights, k=2 * count)
        return list(dict.fromkeys(drawn))[:count]


@transaction.atomic
def _add_batch(numbers: Sequence[int], topics: _TopicChoice, now: datetime, *, due: bool) -> None:
    chances = [Random(number) for number in numbers]  # noqa: S311  # nothing here is secret
    readers = Subscriber.objects.bulk_create(
        _reader(number, chance, now, due=due)
        for number, chance in zip(numbers, chances, strict=True)
    )
    Interest.objects.bulk_create(
        Interest(subscriber_id=reader.pk, topic_id=topic)
        for reader, chance in zip(readers, chances, strict=True)
        for topic in topics.draw(chance)
    )


def _reader(number: int, chance: Random, now: datetime, *, due: bool) -> Subscriber:
    email = address(number)
    zone = variety.pick(chance, variety.ZONES)
    hour = variety.pick(chance, variety.HOURS)
    frequency = variety.pick(chance, variety.FREQUENCIES)
    weekday = chance.randrange(7)
    if due:
        frequency = Subscriber.Frequency.DAILY
    return Subscriber(
        email=email,
        address_hash=addresses.address_hash(email),
        mailbox_hash=addresses.mailbox_hash(email),
        state=Subscriber.State.ACTIVE,
        created_at=now,  # also spares the database an expression per row
        confirmed_at=now,
        timezone=zone,
        send_hour=hour,
        frequency=frequency,
        weekday=weekday,
        paper_count=chance.randint(*variety.PAPER_COUNTS),
        next_send_at=now - timedelta(minutes=1)
        if due
        else _next_send(zone, hour, frequency, weekday, now),
    )


@lru_cache(maxsize=20_000)
def _next_send(zone: str, hour: int, frequency: str, weekday: int, now: datetime) -> datetime:
    """Shared by all readers of the same wish, since finding it is the slowest part of a reader."""
    wish = Subscriber(timezone=zone, send_hour=hour, frequency=frequency, weekday=weekday)
    return wish.next_send_after(now)
