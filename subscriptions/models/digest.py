from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from papers.models import Correction
from subscriptions.models.outgoing import Outgoing, OutgoingQuerySet, by_provider_id
from subscriptions.models.states import EXPIRED, GIVEN_UP, OPEN, Outcome, State, explained
from subscriptions.models.subscriber import Subscriber
from subscriptions.models.suppression import Suppression


class DigestQuerySet(OutgoingQuerySet):
    related = ("subscriber", "edition")

    def waiting(self, now: datetime, owner: str = "") -> Self:
        """Those of a held edition keep waiting."""
        return super().waiting(now, owner).filter(edition__held=False)

    def selectable(self) -> Self:
        """Pending and free; of one subscriber's, the first, because it decides what is left."""
        earlier = Digest.objects.filter(
            subscriber=models.OuterRef("subscriber"),
            state=State.PENDING,
            pk__lt=models.OuterRef("pk"),
        )
        free = self.unpaused().unowned().filter(state=State.PENDING, edition__held=False)
        return free.filter(~models.Exists(earlier))

    def expire(self, now: datetime) -> int:
        """As for every mail; what one that is too old would have told may come later."""
        with transaction.atomic():
            in_order = self.stale(now).order_by("pk").select_for_update(of=("self",))
            stale = list(in_order.values_list("pk", flat=True))
            self.give_back(stale)
            return Digest.objects.filter(pk__in=stale).update(**EXPIRED)

    @staticmethod
    def give_back(digests: list[int]) -> None:
        """Their papers are new again to their readers, and what a pause let them miss is untold.

        Not of those that may have arrived.
        """
        unseen = Digest.objects.filter(pk__in=digests, may_have_left=False)
        DigestPaper.objects.filter(digest__in=unseen).delete()
        back = unseen.filter(frozen__has_key="missed_since")
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
        free = self.unpaused().not_put_off(now).unbroken(now)
        return free.filter(pending | ready | deferred, edition__held=False)

    def claim(self, owner: str, now: datetime, limit: int) -> list[Any]:
        """As for every mail; it also fixes how many corrections each carries.

        One that was attempted before keeps its number, so that it stays the same to the byte.
        """
        made = Correction.objects.filter(edition=models.OuterRef("edition")).order_by()
        count = made.values("edition").annotate(count=models.Count("pk")).values("count")
        attempted = models.When(sending_at__isnull=False, then="corrections_shown")
        carried = Coalesce(models.Case(attempted, default=models.Subquery(count)), 0)
        waiting = self.waiting(now, owner)
        return waiting.take(owner, limit, state=State.CLAIMED, corrections_shown=carried)

    def sendable(self, now: datetime) -> Self:
        """Consent, suppression, pause, hold, freshness, and no correction that it should carry."""
        return (
            self.unsuppressed()
            .let_through(now)
            .told()
            .filter(
                subscriber__state=Subscriber.State.ACTIVE,
                edition__held=False,
                not_after__gt=now,
            )
        )

    def settle(self, mails: Iterable[Any], outcome: Outcome, now: datetime) -> int:
        """As for every mail; what one that will never leave would have told may come later."""
        if outcome.state not in GIVEN_UP:
            return super().settle(mails, outcome, now)
        return sum(self._give_up(digest, outcome, now) for digest in mails)

    @transaction.atomic
    def _give_up(self, digest: Any, outcome: Outcome, now: datetime) -> int:
        moved = super().settle([digest], outcome, now)
        if moved:
            self.give_back([digest.pk])
        return moved

    def told(self) -> Self:
        """Those that carry every correction made, or were attempted before it was."""
        untold = Correction.objects.filter(
            edition=models.OuterRef("edition"),
            number__gt=Coalesce(models.OuterRef("corrections_shown"), 0),
        )
        return self.filter(models.Q(sending_at__isnull=False) | ~models.Exists(untold))


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
    corrections_shown = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="How many of its edition's corrections it carries; set by the first attempt",
    )

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "pk"]
        permissions = [
            ("replay_digest", "Can have digests tried again"),
            ("settle_digest", "Can settle digests of unknown fate"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "local_date"], name="one_digest_per_subscriber_and_date"
            ),
            explained("digest_explained"),
        ]
        indexes = [
            by_provider_id("digest_provider_id"),
            # what is there to select and to send? (and whose lease ran out?)
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=OPEN,
                name="digest_open",
            ),
            # what left last, and how long did it take?
            models.Index(
                fields=["-sent_at"],
                condition=models.Q(sent_at__isnull=False),
                name="digest_sent",
            ),
            # the edition equation
            models.Index(fields=["edition", "state"], name="digest_equation"),
        ]

    def __str__(self) -> str:
        return f"{self.local_date} to {self.subscriber}: {State(self.state).label}"

    def _obstacle(self, now: datetime) -> Outcome:
        reader = Subscriber.objects.filter(pk=self.subscriber_id).first()
        if reader is None:
            return Outcome(State.SKIPPED, "erased", attempted=False)
        if reader.state != Subscriber.State.ACTIVE:
            return Outcome(State.SKIPPED, reader.state, attempted=False)
        if Suppression.objects.filter(address_hash=reader.address_hash).exists():
            return Outcome(State.SKIPPED, "suppressed", attempted=False)
        if self.not_after <= now:
            return self._too_old()
        # all sending is paused, the breaker is open, its edition is held, or a correction came
        return Outcome(State.READY, attempted=False)


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
