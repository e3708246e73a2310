from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from subscriptions import addresses, timing


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> Self:
        return self.filter(state=Subscriber.State.ACTIVE)

    def due(self, now: datetime) -> Self:
        """Active ones whose send instant has come, or was never computed."""
        come = models.Q(next_send_at__lte=now) | models.Q(next_send_at=None)
        return self.active().filter(come)

    def with_address(self, email: str) -> Self:
        """The one row of that address, whatever its case."""
        return self.filter(address_hash=addresses.address_hash(email))


class Subscriber(models.Model):
    """An address that asked for digests, with its state and its wall-clock wish."""

    class State(models.TextChoices):
        PENDING = "pending", "pending"
        ACTIVE = "active", "active"
        PAUSED = "paused", "paused"
        UNSUBSCRIBED = "unsubscribed", "unsubscribed"
        SUPPRESSED = "suppressed", "suppressed"

    class Frequency(models.TextChoices):
        DAILY = "daily", "every day"
        WEEKDAYS = "weekdays", "on weekdays"
        WEEKLY = "weekly", "once a week"

    email = models.EmailField("email address", max_length=254, unique=True)
    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    mailbox_hash = models.CharField(max_length=64, db_index=True, editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    timezone = models.CharField(
        "time zone", max_length=64, default="UTC", validators=[timing.validate_zone]
    )
    send_hour = models.PositiveSmallIntegerField(
        default=7, validators=[MaxValueValidator(23)], help_text="0 to 23, in that zone"
    )
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.DAILY)
    weekday = models.PositiveSmallIntegerField(
        default=0,
        choices=list(enumerate(timing.WEEKDAYS)),
        help_text="For once a week",
    )
    paper_count = models.PositiveSmallIntegerField(
        "papers in a digest",
        default=10,
        validators=[MinValueValidator(3), MaxValueValidator(25)],
    )
    next_send_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Empty until first computed"
    )
    link_version = models.PositiveIntegerField(
        default=0, editable=False, help_text="Raised to revoke every personal link"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    unsubscribed_at = models.DateTimeField(null=True, blank=True, editable=False)
    topics = models.ManyToManyField(
        "papers.Topic", through="subscriptions.Interest", blank=True, related_name="+"
    )

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        permissions = [("view_address", "Can see addresses in full")]
        indexes = [
            # the tick's question: who is due?
            models.Index(
                fields=["next_send_at"],
                condition=models.Q(state="active"),
                name="subscriber_due",
            ),
            models.Index(fields=["-created_at", "id"], name="subscriber_newest"),
        ]

    def __str__(self) -> str:
        # what lists and logs show: whoever may see more asks for `email`
        return addresses.masked(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = addresses.tidy_address(self.email)
        self.address_hash = addresses.address_hash(self.email)
        self.mailbox_hash = addresses.mailbox_hash(self.email)
        super().save(*args, **kwargs)

    @property
    def zone(self) -> ZoneInfo:
        return timing.zone(self.timezone)

    @property
    def schedule(self) -> timing.Schedule:
        weekdays = {
            self.Frequency.DAILY: range(7),
            self.Frequency.WEEKDAYS: range(5),
            self.Frequency.WEEKLY: [self.weekday],
        }[self.Frequency(self.frequency)]
        return timing.Schedule(self.zone, self.send_hour, frozenset(weekdays))

    def next_send_after(self, now: datetime) -> datetime:
        """The first of this subscriber's send instants later than `now`, in UTC."""
        return self.schedule.next_after(now)
