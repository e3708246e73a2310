"""Claiming: how a sender gets its next mails, if any may leave from here at all."""

from datetime import datetime, timedelta
from time import sleep
from typing import Any
from uuid import uuid4

from django.conf import settings

from subscriptions import breaker, fence, rates
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.timing import Clock

NAP = timedelta(seconds=0.3)  # in which a slow domain's turn comes for a mail or some


def claim(mails: OutgoingQuerySet, now: datetime) -> list[Any]:
    """Up to a chunk of those that wait, owned from now on; one, to probe, while we are refused."""
    if not mails.waiting(now).exists() or fence.closed():
        return []
    owner = new_owner()
    limit = breaker.share(owner, settings.DIGEST_CHUNK_SIZE, now)
    if not limit:
        return []
    if limit < settings.DIGEST_CHUNK_SIZE:
        mails = mails.tried_longest_ago()  # else one that is refused for itself is every probe
    claimed = _in_turn(mails, owner, now, limit)
    if not claimed:
        breaker.give_back(owner, now)
    return claimed


def turn_comes(mails: OutgoingQuerySet, clock: Clock, until: datetime | None) -> bool:
    """Nothing could be claimed. Do mails wait for no more than a domain's pace? A moment later."""
    now, domains = clock(), rates.paced_domains()
    if not domains or fence.closed() or not mails.waiting(now).to_domains(domains).exists():
        return False
    sleep((min(NAP, until - now) if until and until > now else NAP).total_seconds())
    return clock() > now


def _in_turn(mails: OutgoingQuerySet, owner: str, now: datetime, limit: int) -> list[Any]:
    """To a domain that has a pace of its own, as many as it allows; then to all others."""
    rates.look()
    paced = rates.paced_domains()
    if not paced:
        return mails.claim(owner, now, limit)
    claimed: list[Any] = []
    for domain in paced:
        to_domain = mails.to_domains([domain])
        wanted = to_domain.waiting(now, owner)[: limit - len(claimed)].count()
        if wanted and (turn := rates.take(wanted, now, domain)).granted:
            claimed += to_domain.claim(owner, now, turn.granted)
    return claimed + mails.to_others(paced).claim(owner, now, limit - len(claimed))


def new_owner() -> str:
    return uuid4().hex
