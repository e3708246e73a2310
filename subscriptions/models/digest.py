from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from subscriptions.models.outgoing import (
    GIVEN_UP,
    OPEN,
    Outcome,
    Outgoing,
    OutgoingQuerySet,
    State,
)
from subscriptions.models.subscriber import Subscriber
from subscriptions.models.suppression import Suppression


class DigestQuerySet(OutgoingQuerySet):
    related = ("subscriber", "edition")

    def waiting(self, now: datetime) -> Self:
        """Those of a held edition keep waiting."""
        return super().waiting(now).filter(edition__held=False)

    def selectable(self) -> Self:
        """Pending and free; of one subscriber's, the first, because it decides what is left."""
        earlier = Digest.objects.filter(
            subscriber=models.OuterRef("subscriber"),
            state=State.PENDING,
            pk__lt=models.OuterRef("pk"),
        )
        free = self.unowned().filter(state=State.PENDING, edition__held=False)
        return free.filter(~models.Exists(earlier))

    def expire(self, now: datetime) -> int:
        """As for every mail; what one that is too old would have told may come later."""
        with transaction.atomic():
            stale = list(
                self.stale(now).select_for_update(of=("self",)).values_list("pk", flat=True)
            )
            self.give_back(stale)
            return Digest.objects.filter(pk__in=stale).update(state=State.SKIPPED, reason="expired")

    @staticmethod
    def give_back(digests: list[int]) -> None:
        """Their papers are new again to their readers, and what a pause let them miss is untold."""
        DigestPaper.objects.filter(digest__in=digests).delete()
        back = Digest.objects.filter(pk__in=digests, frozen__has_key="missed_since")
        for reader, told in back.values_list("subscriber", "frozen__missed_since"):
            since = datetime.fromisoformat(told)
            later = models.Q(missed_since=None) | models.Q(missed_since__gt=since)
            Subscriber.objects.filter(later, pk=reader).update(missed_since=since)

    def open(self, now: datetime) -> Self:
        """Those that a worker can bring a step further."""
        pending = models.Q(state=State.PENDING) & (
            models.Q(lease_until=None) | models.Q(lease_until__lt=Now())
        )
        ready = models.Q(state=State.READY)
        deferred = models.Q(state=State.DEFERRED, next_attempt_at__lte=now)
        return self.filter(pending | ready | deferred, edition__held=False)

    def sendable(self, now: datetime) -> Self:
        """Consent, suppression, hold and freshness."""
        return self.unsuppressed().filter(
            subscriber__state=Subscriber.State.ACTIVE,
            edition__held=False,
            not_after__gt=now,
        )


class Digest(Outgoing):
    """One subscriber's copy of one edition, and where its delivery stands. The ledger."""

    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, related_name="digests"
    )
    edition = models.ForeignKey("papers.Edition", on_delete=models.PROTECT, related_name="digests")
    local_date = models.DateField(help_text="The subscriber's own date")
    due_at = models.DateTimeField(default=timezone.now)
    subject = models.CharField(max_length=200, blank=True)
    worth_reading = models.BooleanField(
        null=True, blank=True, editable=False, help_text="The answer to “Worth your time?”"
    )
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
                condition=OPEN,
                name="digest_open",
            ),
            # the edition equation
            models.Index(fields=["edition", "state"], name="digest_equation"),
        ]

    def __str__(self) -> str:
        return f"{self.local_date} to {self.subscriber}: {State(self.state).label}"

    def settle(self, outcome: Outcome, now: datetime) -> bool:
        """As for every mail; what one that will never leave would have told may come later."""
        with transaction.atomic():
            moved = super().settle(outcome, now)
            if moved and outcome.state in GIVEN_UP:
                Digest.objects.give_back([self.pk])
        return moved

    def _obstacle(self, now: datetime) -> Outcome:
        reader = Subscriber.objects.filter(pk=self.subscriber_id).first()
        if reader is None:
            return Outcome(State.SKIPPED, "erased", attempted=False)
        if reader.state != Subscriber.State.ACTIVE:
            return Outcome(State.SKIPPED, reader.state, attempted=False)
        if Suppression.objects.filter(address_hash=reader.address_hash).exists():
            return Outcome(State.SKIPPED, "suppressed", attempted=False)
        if self.not_after <= now:
            return Outcome(State.SKIPPED, "expired", attempted=False)
        return Outcome(State.READY, attempted=False)  # held: it waits for the editors


class DigestPaper(models.Model):
    """One paper of one digest, with the reasons it is there. Never twice to the same person."""

    class Section(models.TextChoices):
        FOR_YOU = "for_you", "For you"
        ELSEWHERE = "elsewhere", "Rising elsewhere"
        MISSED = "missed", "While you were away"

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="items")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="+")
    paper = models.ForeignKey("papers.Paper", on_delete=models.PROTECT, related_name="+")
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
