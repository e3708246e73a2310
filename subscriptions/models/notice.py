from datetime import datetime
from typing import Self

from django.db import models

from subscriptions.models.outgoing import Outcome, Outgoing, OutgoingQuerySet, State
from subscriptions.models.subscriber import Subscriber


class NoticeQuerySet(OutgoingQuerySet):
    def sendable(self, now: datetime) -> Self:
        """Asked for by a person a moment ago, so only suppression and age stand in the way."""
        fresh = self.unsuppressed().filter(not_after__gt=now)
        return fresh.exclude(subscriber__state=Subscriber.State.SUPPRESSED)


class Notice(Outgoing):
    """A mail that answers what a person just did: confirm, already here, your link, goodbye."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm", "please confirm"
        REMINDER = "reminder", "please confirm, once more"
        ALREADY = "already", "you already subscribe"
        LINK = "link", "your link"
        GOODBYE = "goodbye", "you unsubscribed"

    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    asked_at = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            # what is there to send?
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=models.Q(state__in=["ready", "claimed", "sending", "deferred"]),
                name="notice_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.subscriber}: {State(self.state).label}"

    def _obstacle(self, now: datetime) -> Outcome:
        reason = "expired" if self.not_after <= now else "suppressed"
        return Outcome(State.SKIPPED, reason, attempted=False)
