"""What every mail in the ledger shares: a state, an owner with a lease, and conditional steps."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self, cast

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Lower, Now, StrIndex, Substr
from django.utils import timezone

from subscriptions.models import compiled
from subscriptions.models.breaker import Breaker
from subscriptions.models.bucket import Bucket
from subscriptions.models.sending import Sending
from subscriptions.models.states import (
    EXPIRED,
    OPEN,
    TOO_OLD,
    UNANSWERED,
    Outcome,
    State,
    in_states,
)
from subscriptions.models.suppression import Suppression

SENT = Outcome(State.SENT)
DOMAIN = Lower(Substr("subscriber__email", StrIndex("subscriber__email", models.Value("@")) + 1))


def by_provider_id(name: str) -> models.Index:
    """To find the mail that an event names as its provider does."""
    return models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name=name)


def fresh_until(due_at: datetime | None = None) -> datetime:
    """When a mail due then (or now) is too old to be sent."""
    return (due_at or timezone.now()) + timedelta(hours=settings.DIGEST_FRESH_HOURS)


class OutgoingQuerySet(models.QuerySet[Any]):
    """The ledger's questions. Leases run by the database's clock, which all workers share."""

    related: tuple[str, ...] = ("subscriber",)

    def waiting(self, now: datetime, owner: str = "") -> Self:
        """Ready to be sent: composed from frozen content, and not before its next attempt."""
        deferred = models.Q(state=State.DEFERRED, next_attempt_at__lte=now)
        free = self.unpaused().not_put_off(now).unbroken(now, owner)
        return free.filter(models.Q(state=State.READY) | deferred)

    def unpaused(self) -> Self:
        """All of them, or none while all sending is paused."""
        return self.filter(~models.Exists(Sending.objects.filter(pk=Sending.ONLY)))

    def not_put_off(self, now: datetime) -> Self:
        """All of them, or none until the moment that the provider asked us to wait for."""
        asked = Bucket.objects.filter(pk=Bucket.PROVIDER, not_before__gt=now)
        return self.filter(~models.Exists(asked))

    def unbroken(self, now: datetime, owner: str = "") -> Self:
        """All of them, or none while the breaker is open, no probe is due, nor is it `owner`'s."""
        shut = Breaker.objects.filter(pk=Breaker.ONLY, probe_at__gt=now)
        return self.filter(~models.Exists(shut.exclude(prober=owner) if owner else shut))

    def let_through(self, now: datetime) -> Self:
        """All of them; while the breaker is open, what the one owns who may probe."""
        others = Breaker.objects.filter(pk=Breaker.ONLY).exclude(prober=models.OuterRef("owner"))
        return self.unpaused().not_put_off(now).filter(~models.Exists(others))

    def to_domains(self, domains: Collection[str]) -> Self:
        return self.alias(domain=DOMAIN).filter(domain__in=domains)

    def to_others(self, domains: Collection[str]) -> Self:
        return self.alias(domain=DOMAIN).exclude(domain__in=domains)

    def tried_longest_ago(self) -> Self:
        """Claimed in this order: those never tried, then whose last attempt is the oldest."""
        return self.order_by(models.F("sending_at").asc(nulls_first=True), "pk")

    def unowned(self) -> Self:
        return self.filter(models.Q(lease_until=None) | models.Q(lease_until__lt=Now()))

    def stale(self, now: datetime) -> Self:
        """Those that nobody is working on and that are too old to be sent."""
        waiting = in_states(State.PENDING, State.READY, State.DEFERRED)
        return self.unowned().filter(waiting, not_after__lte=now)

    def expire(self, now: datetime) -> int:
        """End what is too old. Of one that may have left, nobody can say that it did not come."""
        return self.stale(now).update(**EXPIRED)

    def unsuppressed(self) -> Self:
        suppressed = Suppression.objects.filter(
            address_hash=models.OuterRef("subscriber__address_hash")
        )
        return self.filter(~models.Exists(suppressed))

    def lease_expired(self) -> Self:
        return self.filter(lease_until__lt=Now())

    def sendable(self, now: datetime) -> Self:
        """Those that may leave at this very moment. Asked again in the statement that sends."""
        raise NotImplementedError

    def take(self, owner: str, limit: int, **changes: Any) -> list[Any]:
        """Own up to `limit` of these rows. `owner` must be new for every call.

        The rows are locked for this one statement only: no lock is held while the network is slow.
        """
        with transaction.atomic():
            free = self.select_for_update(skip_locked=True, of=("self",))
            in_order = free if self.query.order_by else free.order_by("pk")
            ids = list(in_order.values_list("pk", flat=True)[:limit])
            rows = self.model._default_manager.filter(pk__in=ids)  # noqa: SLF001  # Django's own name
            rows.update(owner=owner, lease_until=lease_end(), **changes)
        mine = rows.filter(owner=owner).select_related(*self.related)
        return list(mine.order_by("pk"))

    def claim(self, owner: str, now: datetime, limit: int) -> list[Any]:
        return self.waiting(now, owner).take(owner, limit, state=State.CLAIMED)

    def take_back(self) -> None:
        """Until the transaction ends none of these begins to leave; claims on them are given up."""
        in_order = self.filter(OPEN).order_by("pk").select_for_update(of=("self",))
        locked = list(in_order.values_list("pk", flat=True))
        self.model._default_manager.filter(pk__in=locked).give_back_claims()  # noqa: SLF001  # as above

    def give_back_claims(self) -> None:
        """Whoever claimed these, they are ready for the next claim."""
        claimed = self.filter(state=State.CLAIMED)
        claimed.update(state=State.READY, owner="", lease_until=None)

    def mark_sending(self, claimed: Sequence[Any], now: datetime) -> set[int]:
        """Commit that the next byte of these may leave; the keys of those that may, and are ours.

        One statement, asked of the ledger as it is now. All are of one claim. State and owner are
        asked of the row itself, without a join: so they are asked again when it was locked.
        """
        owner, keys = claimed[0].owner, [mail.pk for mail in claimed]
        lease = settings.DIGEST_LEASE_SECONDS
        moved = compiled.update(_marked, self.model, keys, owner, now, lease)
        if moved == len(keys):
            return set(keys)
        mine = self.model._default_manager.filter(pk__in=keys, owner=owner)  # noqa: SLF001  # Django's own name
        sending = mine.filter(state=State.SENDING) if moved else mine.none()
        return set(sending.values_list("pk", flat=True))

    def settle(self, mails: Iterable[Any], outcome: Outcome, now: datetime) -> int:
        """Write that the attempts of these, all of one owner, ended so; how many were still ours.

        A lease may have run out, and another have taken over.
        """
        mails = list(mails)
        owner, keys = mails[0].owner, [mail.pk for mail in mails]
        if outcome == SENT:
            return compiled.update(_sent, self.model, keys, owner, now)
        moved: int = _under_way(self.model, keys, owner).update(**_settled(outcome, now))
        return moved


def _marked(
    model: type[models.Model], keys: Sequence[int], owner: str, now: datetime
) -> tuple[models.QuerySet[Any], dict[str, Any]]:
    """Those that may begin to leave, and what is written of them."""
    these = cast("OutgoingQuerySet", model._default_manager.filter(pk__in=keys))  # noqa: SLF001  # as above
    mine = these.filter(owner=owner, state=State.CLAIMED)
    changes = {"state": State.SENDING, "sending_at": now, "lease_until": lease_end()}
    return mine.filter(pk__in=these.sendable(now).values("pk")), changes


def _sent(
    model: type[models.Model], keys: Sequence[int], owner: str, now: datetime
) -> tuple[models.QuerySet[Any], dict[str, Any]]:
    """As `_settled`; nearly all end so."""
    return _under_way(model, keys, owner), _settled(SENT, now)


def _under_way(model: type[models.Model], keys: Sequence[int], owner: str) -> models.QuerySet[Any]:
    mine = model._default_manager.filter(pk__in=keys, owner=owner)  # noqa: SLF001  # as above
    return mine.filter(state__in=[State.PENDING, State.CLAIMED, State.SENDING])


def _settled(outcome: Outcome, now: datetime) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "state": outcome.state,
        "reason": outcome.reason[:200],
        "attempts": models.F("attempts") + int(outcome.attempted),
        "next_attempt_at": outcome.retry_at,
        "sent_at": now if outcome.state == State.SENT else None,
        "owner": "",
        "lease_until": None,
    }
    if outcome.state == State.UNKNOWN:
        changes |= UNANSWERED
    if outcome.provider_id:
        changes["provider_id"] = outcome.provider_id
    return changes


class Outgoing(models.Model):
    """One mail to one subscriber. Every write after the claim names the owner and the state."""

    subscriber: Any  # each kind's own foreign key
    urgent = False  # a person waits for it, and it goes first

    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=64, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField("Message-ID", max_length=255, blank=True, db_index=True)
    not_after = models.DateTimeField(
        default=fresh_until, help_text="Later than this it is skipped as expired"
    )
    sending_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(
        "provider's id", max_length=255, blank=True, editable=False, help_text="If it gives one"
    )
    unanswered_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When it first may have left; empty once a person had it sent again",
    )
    may_have_left = models.BooleanField(
        default=False, editable=False, help_text="At some attempt nobody could tell"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def settle(self, outcome: Outcome, now: datetime) -> bool:
        """Write how the attempt ended. False when a lease had run out and another took over."""
        return self._ledger().settle([self], outcome, now) == 1

    def release_claim(self) -> None:
        """Give back, in one statement, all of its claim that did not begin to be sent."""
        self._ledger().filter(owner=self.owner).give_back_claims()

    def why_not(self, now: datetime) -> Outcome | None:
        """What kept it from leaving, when mark_sending left it out; None: it is no longer ours."""
        mine = self._ledger().filter(pk=self.pk, owner=self.owner, state=State.CLAIMED)
        return self._obstacle(now) if mine.exists() else None

    def _too_old(self) -> Outcome:
        if self.may_have_left:
            return Outcome(State.UNRESOLVED, TOO_OLD, attempted=False)
        return Outcome(State.SKIPPED, "expired", attempted=False)

    def _ledger(self) -> OutgoingQuerySet:
        return cast("OutgoingQuerySet", type(self)._default_manager.all())  # noqa: SLF001  # as above

    def _obstacle(self, now: datetime) -> Outcome:
        raise NotImplementedError


def lease_end() -> Any:
    """An expression: the database's now and the lease."""
    return Now() + timedelta(seconds=settings.DIGEST_LEASE_SECONDS)
