"""What every mail in the ledger shares: a state, an owner with a lease, and conditional steps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self, cast

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from subscriptions.models.suppression import Suppression


class State(models.TextChoices):
    PENDING = "pending", "pending"
    READY = "ready", "ready"
    CLAIMED = "claimed", "claimed"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    DELIVERED = "delivered", "delivered"
    BOUNCED = "bounced", "bounced"
    COMPLAINED = "complained", "complained"
    DEFERRED = "deferred", "deferred"
    REFUSED = "refused", "refused"
    UNKNOWN = "unknown", "unknown"
    UNRESOLVED = "unresolved", "unresolved"
    SKIPPED = "skipped", "skipped"
    FAILED = "failed", "failed"


GIVEN_UP = (State.SKIPPED, State.REFUSED, State.FAILED)
IN_PROGRESS = (State.PENDING, State.READY, State.CLAIMED, State.SENDING)
HANDED_OVER = (State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED)


def in_states(*states: State) -> models.Q:
    """In any of them; said one by one, else SQLite does not see that a partial index will do."""
    return reduce(or_, (models.Q(state=state) for state in states))


OPEN = in_states(*IN_PROGRESS, State.DEFERRED, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, in the ledger's words."""

    state: State
    reason: str = ""
    retry_at: datetime | None = None
    attempted: bool = True


def fresh_until(due_at: datetime | None = None) -> datetime:
    """When a mail due then (or now) is too old to be sent."""
    return (due_at or timezone.now()) + timedelta(hours=settings.DIGEST_FRESH_HOURS)


class OutgoingQuerySet(models.QuerySet[Any]):
    """The ledger's questions. Leases run by the database's clock, which all workers share."""

    related: tuple[str, ...] = ("subscriber",)

    def waiting(self, now: datetime) -> Self:
        """Ready to be sent: composed from frozen content, and not before its next attempt."""
        deferred = models.Q(state=State.DEFERRED, next_attempt_at__lte=now)
        return self.filter(models.Q(state=State.READY) | deferred)

    def unowned(self) -> Self:
        return self.filter(models.Q(lease_until=None) | models.Q(lease_until__lt=Now()))

    def stale(self, now: datetime) -> Self:
        """Those that nobody is working on and that are too old to be sent."""
        waiting = in_states(State.PENDING, State.READY, State.DEFERRED)
        return self.unowned().filter(waiting, not_after__lte=now)

    def expire(self, now: datetime) -> int:
        return self.stale(now).update(state=State.SKIPPED, reason="expired")

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
            free = self.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
            ids = list(free.values_list("pk", flat=True)[:limit])
            rows = self.model._default_manager.filter(pk__in=ids)  # noqa: SLF001  # Django's own name
            rows.update(owner=owner, lease_until=lease_end(), **changes)
        mine = rows.filter(owner=owner).select_related(*self.related)
        return list(mine.order_by("pk")) if ids else []

    def claim(self, owner: str, now: datetime, limit: int) -> list[Any]:
        return self.waiting(now).take(owner, limit, state=State.CLAIMED)


class Outgoing(models.Model):
    """One mail to one subscriber. Every write after the claim names the owner and the state."""

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
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def mark_sending(self, now: datetime) -> bool:
        """Commit that the next byte may leave; False when it must not, or is no longer ours."""
        mine = self._mine([State.CLAIMED]).sendable(now)
        return mine.update(state=State.SENDING, sending_at=now, lease_until=lease_end()) == 1

    def settle(self, outcome: Outcome, now: datetime) -> bool:
        """Write how the attempt ended. False when a lease had run out and another took over."""
        moved = self._mine([State.PENDING, State.CLAIMED, State.SENDING]).update(
            state=outcome.state,
            reason=outcome.reason[:200],
            attempts=models.F("attempts") + int(outcome.attempted),
            next_attempt_at=outcome.retry_at,
            sent_at=now if outcome.state == State.SENT else None,
            owner="",
            lease_until=None,
        )
        return moved == 1

    def why_not(self, now: datetime) -> Outcome | None:
        """What kept it from leaving, when mark_sending said no; None: it is no longer ours."""
        return self._obstacle(now) if self._mine([State.CLAIMED]).exists() else None

    def _mine(self, states: list[State]) -> OutgoingQuerySet:
        rows = cast("OutgoingQuerySet", type(self)._default_manager.all())  # noqa: SLF001  # as above
        return rows.filter(pk=self.pk, owner=self.owner, state__in=states)

    def _obstacle(self, now: datetime) -> Outcome:
        raise NotImplementedError


def lease_end() -> Any:
    """An expression: the database's now and the lease."""
    return Now() + timedelta(seconds=settings.DIGEST_LEASE_SECONDS)
