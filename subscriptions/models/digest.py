from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from subscriptions.models.outgoing import Outgoing, OutgoingQuerySet, State
from subscriptions.models.subscriber import Subscriber
from subscriptions.models.suppression import Suppression


def fresh_until(due_at: datetime | None = None) -> datetime:
    """When a digest due then (or now) is too old to be sent."""
    return (due_at or timezone.now()) + timedelta(hours=settings.DIGEST_FRESH_HOURS)


class DigestQuerySet(OutgoingQuerySet):
    def waiting(self, now: datetime) -> Self:
        """Those of a held edition keep waiting."""
        return super().waiting(now).filter(edition__held=False)

    def sendable(self, now: datetime) -> Self:
        """Consent, suppression, hold and freshness."""
        suppressed = Suppression.objects.filter(
            address_hash=models.OuterRef("subscriber__address_hash")
        )
        return self.filter(
            ~models.Exists(suppressed),
            subscriber__state=Subscriber.State.ACTIVE,
            edition__held=False,
            not_after__gt=now,
        )


class Digest(Outgoing):
    """One subscriber's copy of one edition, and where its delivery stands. The ledger."""

    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, related_name="digests"
    )
    edition = models.ForeignKey(
        "papers.Edition", on_delete=models.PROTECT, null=True, related_name="digests"
    )
    local_date = models.DateField(help_text="The subscriber's own date")
    due_at = models.DateTimeField(default=timezone.now)
    not_after = models.DateTimeField(
        default=fresh_until, help_text="Later than this it is skipped as expired"
    )
    subject = models.CharField(max_length=200, blank=True)
    frozen = models.JSONField(
        default=dict, editable=False, help_text="What the text says besides the papers"
    )

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "local_date"], name="one_digest_per_subscriber_and_date"
            ),
        ]
        indexes = [
            # what is there to select and to send? (and whose lease ran out?)
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=models.Q(
                    state__in=["pending", "ready", "claimed", "sending", "deferred", "unknown"]
                ),
                name="digest_open",
            ),
            # the edition equation
            models.Index(fields=["edition", "state"], name="digest_equation"),
        ]

    def __str__(self) -> str:
        return f"{self.local_date} to {self.subscriber}: {State(self.state).label}"


class DigestPaper(models.Model):
    """One paper of one digest, with the reasons it is there. Never twice to the same person."""

    class Section(models.TextChoices):
        FOR_YOU = "for_you", "For you"
        ELSEWHERE = "elsewhere", "Rising elsewhere"

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="items")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="+")
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=9, choices=Section.choices, default=Section.FOR_YOU)
    reasons = models.JSONField(default=list, help_text="As the ranking gave them")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "paper"], name="no_paper_twice_to_one_subscriber"
            ),
            models.UniqueConstraint(fields=["digest", "position"], name="digest_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.paper}"
