from datetime import datetime
from typing import Self

from django.db import models

from subscriptions.models.outgoing import OPEN, Outcome, Outgoing, OutgoingQuerySet, State
from subscriptions.models.subscriber import Subscriber


class NoticeQuerySet(OutgoingQuerySet):
    def sendable(self, now: datetime) -> Self:
        """Asked for by a person a moment ago, so only suppression and age stand in the way.

        Nobody asked for a reminder: it goes only to who has still not confirmed.
        """
        fresh = self.unsuppressed().filter(not_after__gt=now)
        wanted = ~models.Q(kind=Notice.Kind.REMINDER) | models.Q(
            subscriber__state=Subscriber.State.PENDING
        )
        return fresh.filter(wanted).exclude(subscriber__state=Subscriber.State.SUPPRESSED)


class Notice(Outgoing):
    """A mail that answers what a person just did: confirm, already here, your link, goodbye.

    Only the reminder comes by itself, once, a day after a request to confirm.
    """

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
                condition=OPEN,
                name="notice_open",
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

    def _obstacle(self, now: datetime) -> Outcome:
        return Outcome(State.SKIPPED, self._why_skipped(now), attempted=False)

    def _why_skipped(self, now: datetime) -> str:
        if self.not_after <= now:
            return "expired"
        moved_on = Notice.objects.filter(pk=self.pk, kind=self.Kind.REMINDER).exclude(
            subscriber__state__in=[Subscriber.State.PENDING, Subscriber.State.SUPPRESSED]
        )
        return "no longer pending" if moved_on.exists() else "suppressed"
