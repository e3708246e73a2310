"""The breaker: while the provider refuses us all, no mail is wasted on it.

Who finds that out opens it, for every worker. From then on one mail at a time is tried, ever more
rarely; when one gets through, all may go on. A person who has mended the cause closes it by hand.

A probe ends in one of three ways: it got through (`close`, `let_in`), it did not (`probe_failed`),
or its mail was never tried (`give_back`). The probe of who died is free again after PROBING.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from subscriptions.models import Breaker

logger = structlog.get_logger(__name__)
Cause = Breaker.Cause
FIRST_PROBE = timedelta(minutes=1)
RAREST = timedelta(minutes=15)
PROBING = timedelta(minutes=2)  # longer than one mail takes: nobody else tries meanwhile


def opened() -> Breaker | None:
    return Breaker.objects.first()


def open(reason: str, now: datetime, cause: Cause = Cause.US) -> None:  # noqa: A001  # the breaker's own word
    """Let nothing through until the next probe. When it is open already, it stays as it is."""
    told = {
        "opened_at": now,
        "cause": cause,
        "reason": reason[:200],
        "probe_at": now + FIRST_PROBE,
    }
    _, new = Breaker.objects.get_or_create(pk=Breaker.ONLY, defaults=told)
    if new:
        logger.error("breaker_opened", because=reason)


def share(owner: str, limit: int, now: datetime) -> int:
    """How many of `limit` this owner may claim: all, none, or as the one who probes, one."""
    if opened() is None:
        return limit
    due = Breaker.objects.filter(probe_at__lte=now)
    return due.update(prober=owner, probe_at=now + PROBING)


def close(owner: str) -> bool:
    """A mail of this owner got through: if it was the probe, everybody may go on."""
    return _close(Breaker.objects.filter(prober=owner))


def let_in(owner: str) -> bool:
    """The provider minded this one mail: if it was the probe, at least it does not refuse us."""
    return _close(Breaker.objects.filter(prober=owner, cause=Cause.US))


def probe_failed(owner: str, reason: str, now: datetime) -> None:
    """If a mail of this owner was the probe, the next one comes after twice the time."""
    if row := Breaker.objects.filter(prober=owner).first():
        wait = min(RAREST, FIRST_PROBE * 2 ** min(row.probes + 1, 10))
        told = {"reason": reason[:200], "probe_at": now + wait, "probes": row.probes + 1}
        if Breaker.objects.filter(prober=owner).update(prober="", **told):
            logger.warning("breaker_stays_open", because=reason, probes=row.probes + 1)


def give_back(owner: str, now: datetime) -> None:
    """The mail of this owner was never tried: if it was the probe, another may be it at once."""
    Breaker.objects.filter(prober=owner).update(prober="", probe_at=now)


def close_by_hand() -> Breaker | None:
    """The breaker as it was; None: it was closed."""
    with transaction.atomic():
        row = Breaker.objects.select_for_update().first()
        if row:  # else one that opens just now stays
            row.delete()
    return row


def _close(probed: QuerySet[Breaker]) -> bool:
    closed = bool(probed.delete()[0])
    if closed:
        logger.warning("breaker_closed", by="a probe that got through")
    return closed
