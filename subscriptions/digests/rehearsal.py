"""Rehearsal: what an edition would still send, tried on some of its readers. Nothing is written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from operator import attrgetter

from django.conf import settings
from django.db.models import Count, F, Q

from papers.models import Edition
from subscriptions.digests import due, selection
from subscriptions.digests.kept_pools import kept_pool
from subscriptions.digests.pools import furnished
from subscriptions.digests.readers import load_readers
from subscriptions.digests.selection import Selection
from subscriptions.digests.simulation import imagined
from subscriptions.emails.digest import ROOMY, whole_size
from subscriptions.emails.fitting import MOST
from subscriptions.models import Digest, Subscriber
from subscriptions.models.subscriber import SubscriberQuerySet
from subscriptions.ranking import Reader
from subscriptions.timing import DAY, Slot

GOLDEN, WHOLE = 2_654_435_769, 2**32  # of which the one is 0.618…
WISH = ("next_send_at", "timezone", "send_hour", "frequency", "weekday")
WEEK = 7
SAMPLE = 50  # readers: each mail is made whole, in up to ten milliseconds


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Of the sample: its digests by kind, or by the reason for none; and the bytes of each HTML.

    `empty` counts, by topic, its followers among the sample who would get nothing.
    """

    readers: int
    kinds: dict[str, int]
    skipped: dict[str, int]
    sizes: tuple[int, ...]
    empty: dict[str, int]

    @property
    def large(self) -> int:
        return sum(ROOMY < size < MOST for size in self.sizes)

    @property
    def cut(self) -> int:
        """Too large for what mail programs show, so teasers and then papers are left out."""
        return sum(size >= MOST for size in self.sizes)

    @property
    def largest(self) -> int:
        return max(self.sizes, default=0)


def due_instants(edition: Edition, now: datetime) -> Counter[datetime | None]:
    """How many readers get a copy of this edition, by when; None: as soon as the tick finds them.

    Of one that has not begun, as their wishes are now.
    """
    # the same few wishes: the database counts those, and here they become instants
    wishes = _candidates(edition).order_by().values(*WISH).annotate(readers=Count("pk"))
    instants: Counter[datetime | None] = Counter()
    for wish in wishes:
        readers, alike = wish.pop("readers"), Subscriber(**wish)
        if _gets_it(alike, edition, now):
            instants[_due_at(alike, edition, now)] += readers
    return instants


def _begin(edition: Edition) -> datetime:
    return datetime.combine(edition.date, time(settings.EDITION_HOUR), tzinfo=UTC)


def _candidates(edition: Edition) -> SubscriberQuerySet:
    """Those whose next digest comes before this edition's day is over."""
    end = _begin(edition) + DAY
    return Subscriber.objects.active().filter(Q(next_send_at=None) | Q(next_send_at__lt=end))


def _due_at(reader: Subscriber, edition: Edition, now: datetime) -> datetime | None:
    """The next digest, or the first one after a begin that is still to come."""
    begin, planned = _begin(edition), reader.next_send_at
    if begin <= now or (planned and planned >= begin):
        return planned
    return reader.next_send_after(begin - timedelta(microseconds=1))


def _gets_it(reader: Subscriber, edition: Edition, now: datetime) -> bool:
    at = _due_at(reader, edition, now)
    return at is None or at < _begin(edition) + DAY


def rehearse(edition: Edition, now: datetime, size: int = SAMPLE) -> Rehearsal:
    """By the code that sends. Asked again, the same readers are tried."""
    sample = _sample(edition, now, size)
    known = load_readers(sample, now)
    [pool] = furnished([kept_pool(edition, now)], known.values())
    digests = [due.new_digest(one, _slot(one, now), edition, now) for one in sample]
    selected = selection.select_for(digests, known, pool, now)
    sent = [pair for pair in zip(digests, selected, strict=True) if not pair[1].skipped]
    return Rehearsal(
        readers=len(sample),
        kinds=dict(Counter(one.frozen["kind"] for _, one in sent)),
        skipped=dict(Counter(one.skipped for one in selected if one.skipped)),
        sizes=tuple(whole_size(imagined(digest, one)) for digest, one in sent),
        empty=_without_a_digest(digests, selected, known),
    )


def _without_a_digest(
    digests: list[Digest], selected: list[Selection], known: Mapping[int, Reader]
) -> dict[str, int]:
    skipped = [digest for digest, one in zip(digests, selected, strict=True) if one.skipped]
    return dict(Counter(topic for one in skipped for topic in known[one.subscriber_id].topics))


def _sample(edition: Edition, now: datetime, size: int) -> list[Subscriber]:
    """Spread evenly over all, others for each edition; drawn by the database, which reads no row.

    Multiples of the golden ratio, of which only the fraction counts, lie as even as can be.
    """
    place = (F("pk") + edition.pk) * GOLDEN % WHOLE
    drawn = _candidates(edition).order_by(place, "pk").values_list("pk", flat=True)
    ids = list(drawn[: size * WEEK])  # who reads once a week gets one edition of seven
    readers = Subscriber.objects.in_bulk(ids)
    chosen = [readers[pk] for pk in ids if _gets_it(readers[pk], edition, now)]
    return sorted(chosen[:size], key=attrgetter("pk"))


def _slot(subscriber: Subscriber, now: datetime) -> Slot:
    return Slot(now.astimezone(subscriber.zone).date(), now)
