"""Run brakes: an edition whose beginning goes wrong is held before all have it.

What counts is its first mails, and of those the addresses that do not exist and the readers who
call it spam: a bought list, a wrong import, a forged sign-up. Once for each edition, so that who
looks at it and releases it has the last word.
"""

from collections.abc import Collection
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from papers.editions import hold, last_day
from papers.models import Edition
from subscriptions.models import Brake, Digest
from subscriptions.models.states import (
    BOUNCED_FOR_GOOD,
    HANDED_OVER,
    NO_SUCH_ADDRESS,
    OPEN,
    State,
    in_states,
)

logger = structlog.get_logger(__name__)
BY = "the brake"
BEGINNING = 1000  # mails of an edition that are looked at
ENOUGH = 50  # fewer say nothing
BOUNCES, MOST_BOUNCING = 5, 0.05  # at least so many, and more than that share
COMPLAINTS, MOST_COMPLAINING = 2, 0.003
TRIED = in_states(*HANDED_OVER, State.REFUSED)
BOUNCED = Q(state=State.BOUNCED, reason=BOUNCED_FOR_GOOD)
BOUNCED |= Q(state=State.REFUSED, reason__startswith=NO_SUCH_ADDRESS)
COMPLAINED = Q(state=State.COMPLAINED)


def check(editions: Collection[int], now: datetime, *, afterwards: bool = False) -> None:
    """Hold those of them that bounce or are complained of too much, early.

    Asked while they are sent, it looks no further once their beginning has passed. `afterwards`,
    when providers tell what became of mails, it looks at the beginning again, however long ago.
    """
    wrong = Digest.objects.filter(BOUNCED | COMPLAINED, edition__in=editions)
    if wrong[:COMPLAINTS].count() < COMPLAINTS:
        return  # all is well, and asking costs next to nothing
    going = Exists(Digest.objects.filter(OPEN, edition=OuterRef("pk")))
    current = Q(date__gte=last_day(now)) | going
    for edition in Edition.objects.filter(current, pk__in=editions, held=False, brake=None):
        if why := _why(edition.digests.order_by(), afterwards=afterwards):
            _act(edition, why, now)


def _why(digests: QuerySet[Digest], *, afterwards: bool) -> str:
    """In words; "" while all is well."""
    tried = digests.filter(TRIED)
    if not afterwards and tried[: BEGINNING + 1].count() > BEGINNING:
        return ""
    first = tried.order_by("sending_at", "pk")[:BEGINNING]
    return _judged(
        **first.aggregate(
            tried=Count("pk"),
            bounced=Count("pk", filter=BOUNCED),
            complained=Count("pk", filter=COMPLAINED),
        )
    )


def _judged(tried: int, bounced: int, complained: int) -> str:
    if tried < ENOUGH:
        return ""
    if bounced >= BOUNCES and bounced > MOST_BOUNCING * tried:
        return f"{bounced} of its first {tried} mails went to addresses that do not exist"
    if complained >= COMPLAINTS and complained > MOST_COMPLAINING * tried:
        return f"{complained} of its first {tried} mails were reported as spam"
    return ""


def _act(edition: Edition, why: str, now: datetime) -> None:
    with transaction.atomic():
        told = {"acted_at": now, "reason": why}
        brake, new = Brake.objects.get_or_create(edition=edition, defaults=told)
        if not new:  # another worker was quicker, and a person may have released it since
            return
        if hold(edition, why, BY, now):
            logger.error("edition_held", edition=str(edition), by=BY, because=why)
        else:  # a person was quicker: it may act when they release it
            brake.delete()
