"""When an event ends all mail to an address.

A hard bounce and a complaint do at once. Soft bounces do when they came on 5 days within 15 and
nothing was delivered in between. What a policy blocks is for us to mend, and never does.

So that a forged or mad stream of events cannot silence the list, only so many do in an hour. A
list in order loses a few in a thousand of its addresses a day: a hundred an hour, or one in a
hundred of all who read, whichever is more, is beyond anything but a fault.
"""

from datetime import date, datetime, timedelta

from django.conf import settings

from subscriptions import suppressing
from subscriptions.models import ProviderEvent, Subscriber, Suppression

Kind = ProviderEvent.Kind
HELD_BACK = "held back: too many suppressions in an hour; process it again to confirm"
AUTOMATIC = "told by "  # begins the note of what no person decided
AN_HOUR = timedelta(hours=1)
PATIENCE = timedelta(days=15)
BAD_DAYS = 5
READERS_PER_SUPPRESSION = 100
REASONS = {
    Kind.HARD_BOUNCE: Suppression.Reason.BOUNCED,
    Kind.SOFT_BOUNCE: Suppression.Reason.BOUNCED,
    Kind.COMPLAINED: Suppression.Reason.COMPLAINED,
}


def silence(event: ProviderEvent, address_hash: str, now: datetime, *, capped: bool) -> str:
    """Suppress the address if the event asks for it; in words, what came of it.

    HELD_BACK: it does ask, but there were too many in the last hour.
    """
    if event.kind not in REASONS:
        return ""
    if event.kind == Kind.SOFT_BOUNCE and not _keeps_bouncing(event, address_hash):
        return ""
    known = suppressing.suppressed_among([address_hash])
    if capped and not known and _too_many(now):
        return HELD_BACK
    note = f"{AUTOMATIC}{event.provider}"
    new = suppressing.suppress_hash(address_hash, REASONS[Kind(event.kind)], now, note)
    return "address suppressed" if new else "address was suppressed already"


def most_in_an_hour() -> int:
    readers = Subscriber.objects.active().count()
    return max(settings.EVENT_SUPPRESSIONS_PER_HOUR, readers // READERS_PER_SUPPRESSION)


def gave_up(bounced: list[datetime], delivered: list[datetime]) -> bool:
    """Soft bounces on 5 days within 15, and no delivery among them."""
    days: list[date] = []
    for at, soft in sorted([(at, True) for at in bounced] + [(at, False) for at in delivered]):
        if not soft:
            days = []
            continue
        days = [day for day in days if at.date() - day < PATIENCE] + [at.date()]
        if len(set(days)) >= BAD_DAYS:
            return True
    return False


def _too_many(now: datetime) -> bool:
    automatic = Suppression.objects.filter(created_at__gt=now - AN_HOUR, note__startswith=AUTOMATIC)
    return automatic.count() >= most_in_an_hour()


def _keeps_bouncing(event: ProviderEvent, address_hash: str) -> bool:
    around = ProviderEvent.objects.filter(
        address_hash=address_hash,
        kind__in=[Kind.SOFT_BOUNCE, Kind.DELIVERED],
        happened_at__range=(event.happened_at - PATIENCE, event.happened_at + PATIENCE),
    )
    told = list(around.values_list("kind", "happened_at"))
    times = {kind: [at for its, at in told if its == kind] for kind in Kind}
    return gave_up([event.happened_at, *times[Kind.SOFT_BOUNCE]], times[Kind.DELIVERED])
