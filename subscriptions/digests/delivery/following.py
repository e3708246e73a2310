"""What follows from a verdict for all the others: slower, not at all, or never to that address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from subscriptions import breaker, events, rates
from subscriptions.digests.delivery.verdicts import Kind, Verdict
from subscriptions.models import Bucket, Outgoing, ProviderEvent

logger = structlog.get_logger(__name__)
US = "delivery"  # who tells of it, where no provider posts
ENOUGH = 5  # in one claim: fewer are chance
SHARE = 0.05
WRONG = {Kind.BUG, Kind.POLICY}


class Followed:
    """Of one claim: how many attempts there were, and how many went wrong for reasons of ours."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.attempts = self.wrong = 0
        self.flows = False

    def by(self, mail: Outgoing, verdict: Verdict, now: datetime) -> None:
        self.attempts += 1
        match verdict.kind:
            case Kind.THROTTLE:
                slower = rates.domain_of(mail) if verdict.of_domain else Bucket.PROVIDER
                rates.slow_down(slower, now, verdict.retry_after)
            case Kind.OURS:
                logger.error("provider_refuses_us", because=verdict.words)
                breaker.open(verdict.words, now)
            case Kind.POLICY:
                logger.error("policy_blocks_our_mail", because=verdict.words, id=mail.pk)
            case Kind.BUG:
                kind = type(mail).__name__
                logger.error("mail_failed", kind=kind, id=mail.pk, exc_info=verdict.error)
        self._count(verdict, now)
        self._judge_probe(verdict, now)

    def end(self, now: datetime) -> None:
        """Nothing more comes. If this was to be the probe and nothing was tried, another may be."""
        if not self.attempts:
            breaker.give_back(self.owner, now)

    def _judge_probe(self, verdict: Verdict, now: datetime) -> None:
        """If this was the probe, the others may follow or must not."""
        if verdict.kind == Kind.SENT or _is_about_the_address(verdict):
            if not self.flows:
                self.flows = True
                breaker.close(self.owner)
        elif verdict.kind != Kind.REFUSED or not breaker.let_in(self.owner):
            breaker.probe_failed(self.owner, verdict.words, now)

    def _count(self, verdict: Verdict, now: datetime) -> None:
        refused = verdict.kind == Kind.REFUSED and not _is_about_the_address(verdict)
        if verdict.kind not in WRONG and not refused:
            return
        self.wrong += 1
        if self.wrong >= ENOUGH and self.wrong > self.attempts * SHARE:
            last = f"{self.wrong} of {self.attempts} mails went wrong, the last: {verdict.words}"
            breaker.open(last, now, breaker.Cause.MAILS)


def _is_about_the_address(verdict: Verdict) -> bool:
    """Nobody is there, or wants no mail: the provider does as it should."""
    return verdict.dead or verdict.suppressed


def dead_among(told: Mapping[Any, Verdict]) -> dict[Any, Verdict]:
    """The mails to addresses that do not exist, or that the provider itself suppresses."""
    return {mail: verdict for mail, verdict in told.items() if _is_about_the_address(verdict)}


def tell_of_dead(told: Mapping[Any, Verdict], now: datetime) -> None:
    """As if a provider had posted it: made use of with the rest, and capped with the rest."""
    for mail, verdict in told.items():
        events.store(
            events.Facts(
                provider=US,
                kind=ProviderEvent.Kind.HARD_BOUNCE,
                happened_at=now,
                message_id=mail.message_id,
                address=mail.subscriber.email,
                told=verdict.words,
            )
        )
