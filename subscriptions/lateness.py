"""Lateness: whether a mail that did not come in time may still come, and until when.

A reader gets today's after yesterday's, never the other way round. So only the last digest of a
reader may still come, for two days, and always before the next one is due. A notice may come for
as long as it would have anyway.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Least

from subscriptions.models import Digest, Subscriber, Suppression
from subscriptions.models.notice import wanted
from subscriptions.models.outgoing import OutgoingQuerySet, fresh_until

STILL_NEWS = timedelta(days=2)
Obstacles = dict[str, Any]  # conditions by what they are called, the first that holds first


def obstacles(now: datetime) -> Obstacles:
    """What keeps a late digest from coming, in words for staff."""
    later = Digest.objects.filter(
        subscriber=OuterRef("subscriber"), local_date__gt=OuterRef("local_date")
    )
    return {
        "its reader is not active": ~Q(subscriber__state=Subscriber.State.ACTIVE),
        "its reader is suppressed": _suppressed(),
        "it is older than two days": Q(due_at__lte=now - STILL_NEWS),
        "its reader has a later digest": Exists(later),
        "its reader's next digest is due": Q(subscriber__next_send_at=None)
        | Q(subscriber__next_send_at__lte=now),
    }


def obstacles_of_notices(now: datetime) -> Obstacles:
    """What keeps a late notice from coming."""
    return {
        "its reader is suppressed": Q(subscriber__state=Subscriber.State.SUPPRESSED)
        | _suppressed(),
        "it is not for its reader any more": ~wanted(),
        "it is too old": Q(not_after__lte=now),
    }


def _suppressed() -> Q:
    rows = Suppression.objects.filter(address_hash=OuterRef("subscriber__address_hash"))
    return Q(Exists(rows))


def named(conditions: Obstacles) -> Case:
    """The name of the first that holds; "" where none does."""
    return Case(
        *(When(condition, then=Value(name)) for name, condition in conditions.items()),
        default=Value(""),
    )


def not_after(now: datetime) -> Subquery:
    """Fresh as if it were due now, but gone before the reader's next digest."""
    readers = Subscriber.objects.filter(pk=OuterRef("subscriber"))
    end = Least(Value(fresh_until(now)), F("next_send_at"))
    return Subquery(readers.annotate(end=end).values("end"))


def counted(mails: OutgoingQuerySet, conditions: Obstacles) -> dict[str, int]:
    """How many of them each obstacle keeps; "" for those that nothing does."""
    rows = mails.order_by().annotate(obstacle=named(conditions))
    return dict(rows.values_list("obstacle").annotate(Count("pk")).order_by("obstacle"))
