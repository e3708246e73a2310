from datetime import datetime
from typing import Any, Self

from django.db import models

from subscriptions.models.outgoing import Outgoing, OutgoingQuerySet, by_provider_id
from subscriptions.models.states import OPEN, Outcome, State, explained
from subscriptions.models.subscriber import Subscriber
from subscriptions.models.suppression import Suppression


class NoticeQuerySet(OutgoingQuerySet):
    related = ("subscriber", "correction__edition")

    def waiting(self, now: datetime, owner: str = "") -> Self:
        """Corrections of a held edition keep waiting."""
        return super().waiting(now, owner).filter(NOT_HELD)

    def claim(self, owner: str, now: datetime, limit: int) -> list[Any]:
        """As for every mail; what a person waits for goes before the corrections."""
        answers = self.exclude(kind=Notice.Kind.CORRECTION)
        taken = super(NoticeQuerySet, answers).claim(owner, now, limit)
        return taken or super().claim(owner, now, limit)

    def sendable(self, now: datetime) -> Self:
        """Asked for by a person a moment ago, so suppression, age and a pause stand in the way.

        Nobody asked for a reminder: it goes only to who has still not confirmed. Nor for a
        correction: it goes to who still reads, unless its edition is held.
        """
        fresh = self.unsuppressed().let_through(now).filter(NOT_HELD, not_after__gt=now)
        return fresh.filter(wanted()).exclude(subscriber__state=Subscriber.State.SUPPRESSED)


class Notice(Outgoing):
    """A mail that answers what a person just did: confirm, already here, your link, goodbye.

    Unasked come the reminder, once, a day after a request to confirm, and an edition's correction.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", "please confirm"
        REMINDER = "reminder", "please confirm, once more"
        ALREADY = "already", "you already subscribe"
        LINK = "link", "your link"
        GOODBYE = "goodbye", "you unsubscribed"
        CORRECTION = "correction", "correction of an edition"

    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    correction = models.ForeignKey(
        "papers.Correction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="notices",
    )
    asked_at = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "subscriber"], name="correction_once_to_one_subscriber"
            ),
            explained("notice_explained"),
        ]
        indexes = [
            by_provider_id("notice_provider_id"),
            # what is there to send?
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=OPEN,
                name="notice_open",
            ),
            # how many left lately?
            models.Index(
                fields=["-sent_at"],
                condition=models.Q(sent_at__isnull=False),
                name="notice_sent",
            ),
            # who was asked to confirm a day ago?
            models.Index(
                fields=["asked_at"],
                condition=models.Q(kind="confirm"),
                name="notice_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.subscriber}: {State(self.state).label}"

    @property
    def urgent(self) -> bool:  # type: ignore[override]  # here it depends
        return self.kind not in ONLY_TO

    def _obstacle(self, now: datetime) -> Outcome:
        if self.not_after <= now:
            return self._too_old()
        if why := self._why_skipped():
            return Outcome(State.SKIPPED, why, attempted=False)
        # all sending is paused, the breaker is open, or its edition is held: it waits
        return Outcome(State.READY, attempted=False)

    def _why_skipped(self) -> str:
        """In a word; "" where nothing is final."""
        reader = Subscriber.objects.filter(pk=self.subscriber_id).first()
        if reader is None:
            return "erased"
        suppressed = Suppression.objects.filter(address_hash=reader.address_hash)
        if reader.state == Subscriber.State.SUPPRESSED or suppressed.exists():
            return "suppressed"
        if reader.state in ONLY_TO.get(Notice.Kind(self.kind), [reader.state]):
            return ""
        return "no longer pending" if self.kind == self.Kind.REMINDER else reader.state


# Unasked for, these go only to readers who still are in one of these states.
ONLY_TO: dict[Notice.Kind, list[Subscriber.State]] = {
    Notice.Kind.REMINDER: [Subscriber.State.PENDING],
    Notice.Kind.CORRECTION: [Subscriber.State.ACTIVE, Subscriber.State.PAUSED],
}
NOT_HELD = models.Q(correction=None) | models.Q(correction__edition__held=False)


def wanted() -> models.Q:
    """Those that somebody asked for, or whose reader is still one of whom it is for."""
    by = models.Q()
    for kind, states in ONLY_TO.items():
        by &= ~models.Q(kind=kind) | models.Q(subscriber__state__in=states)
    return by
