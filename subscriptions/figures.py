"""Each day in numbers, kept once it is over: what lists of digests and readers no longer tell."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F, Q

from papers.models import Edition
from subscriptions.models import DayFigures, Digest, Subscriber, Vote
from subscriptions.models.states import HANDED_OVER, State

DAY = timedelta(days=1)
COUNTED_ANEW = 7  # days: so late come bounces, complaints and answers
CAUGHT_UP = 30  # days: who asked and never confirmed is forgotten after them


@dataclass(frozen=True, slots=True)
class OfEdition:
    """What became of an edition's digests so far."""

    due: int
    sent: int
    delivered: int
    bounced: int
    complained: int
    left_after: int
    worth_yes: int
    worth_no: int


def keep(now: datetime) -> int:
    """The days that ended since the last time; how many. A second call finds nothing to do."""
    yesterday = now.date() - DAY
    if DayFigures.objects.filter(date=yesterday).exists():
        return 0
    rows = [_of_day(day, yesterday) for day in _missing(yesterday)]
    with transaction.atomic():  # killed in between, nobody would count the others anew
        # of two processes at once, one's rows stay
        DayFigures.objects.bulk_create(rows, ignore_conflicts=True)
        _count_anew(yesterday - COUNTED_ANEW * DAY, yesterday)
    return len(rows)


def of_edition(edition: Edition) -> OfEdition:
    """Three queries, and they read each of its digests once."""
    digests = Digest.objects.filter(edition=edition)
    states = dict(digests.order_by().values_list("state").annotate(Count("pk")))
    worth = dict(
        digests.exclude(worth_reading=None)
        .order_by()
        .values_list("worth_reading")
        .annotate(Count("pk"))
    )
    return OfEdition(
        due=sum(states.values()),
        sent=sum(states.get(state, 0) for state in HANDED_OVER),
        # who complains has got it
        delivered=states.get(State.DELIVERED, 0) + states.get(State.COMPLAINED, 0),
        bounced=states.get(State.BOUNCED, 0),
        complained=states.get(State.COMPLAINED, 0),
        left_after=_left_after(edition),
        worth_yes=worth.get(True, 0),
        worth_no=worth.get(False, 0),
    )


def by_state() -> dict[str, int]:
    """Subscribers, with a zero for a state that nobody is in."""
    counts = Subscriber.objects.order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(Subscriber.State.values, 0) | dict(counts)


def _left_after(edition: Edition) -> int:
    day = datetime.combine(edition.date, time(), tzinfo=UTC)
    left = Subscriber.objects.filter(
        unsubscribed_at__gte=day - DAY, unsubscribed_at__lt=day + 3 * DAY
    )
    got = Q(subscriber__in=left, subscriber__unsubscribed_at__gte=F("sent_at")) & Q(
        subscriber__unsubscribed_at__lt=F("sent_at") + DAY
    )
    return Digest.objects.filter(got, edition=edition).count()


def _missing(yesterday: date) -> Iterator[date]:
    """From the day after the last one kept; of an installation that is new, yesterday alone."""
    last = DayFigures.objects.filter(date__lt=yesterday).first()
    day = max(last.date + DAY, yesterday - CAUGHT_UP * DAY) if last else yesterday
    while day <= yesterday:
        yield day
        day += DAY


def _of_day(day: date, yesterday: date) -> DayFigures:
    start = datetime.combine(day, time(), tzinfo=UTC)
    within = (start, start + DAY)
    subscribers = Subscriber.objects.aggregate(
        signed_up=Count("pk", filter=_in("created_at", within)),
        confirmed=Count("pk", filter=_in("confirmed_at", within)),
        left=Count("pk", filter=_in("unsubscribed_at", within)),
    )
    votes = Vote.objects.filter(_in("given_at", within)).count()
    # who was subscribed at the end of an earlier day, nobody knows any more
    states = by_state() if day == yesterday else {}
    return DayFigures(date=day, votes=votes, **subscribers, **states)


def _in(field: str, within: tuple[datetime, datetime]) -> Q:
    return Q(**{f"{field}__gte": within[0], f"{field}__lt": within[1]})


def _count_anew(since: date, until: date) -> None:
    """Editions without digests keep what was written of them: there is nothing to count."""
    editions = Edition.objects.filter(date__gte=since, date__lte=until, digests__isnull=False)
    for edition in editions.distinct():
        DayFigures.objects.filter(date=edition.date).update(**asdict(of_edition(edition)))
