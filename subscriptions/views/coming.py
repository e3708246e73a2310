"""When the next digests come, as pages say it."""

from datetime import datetime, timedelta
from itertools import islice

from subscriptions import wording
from subscriptions.models import Subscriber

DAY = timedelta(days=1)


def next_three(subscriber: Subscriber, now: datetime) -> list[str]:
    """Each in the subscriber's zone, the one already planned first."""
    first = max(subscriber.next_send_at or now, now)
    before = first.astimezone(subscriber.zone).date() - DAY
    planned = [subscriber.next_send_at] if subscriber.next_send_at == first else []
    later = (slot.due_at for slot in subscriber.schedule.slots_from(before) if slot.due_at > first)
    return [wording.local_moment(at, subscriber) for at in islice([*planned, *islice(later, 3)], 3)]
