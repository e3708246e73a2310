from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.models import Topic
from subscriptions import addresses, timing


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> Self:
        return self.filter(state=Subscriber.State.ACTIVE)

    def due(self, now: datetime) -> Self:
        """Active ones whose send instant has come, or was never computed."""
        # the state in each half, else SQLite does not see that the partial index will do
        active = models.Q(state=Subscriber.State.ACTIVE)
        come = active & models.Q(next_send_at__lte=now)
        return self.filter(come | active & models.Q(next_send_at=None))

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
        DAILY = "daily", _("every day")
        WEEKDAYS = "weekdays", _("on weekdays")
        WEEKLY = "weekly", _("once a week")

    class MailFormat(models.TextChoices):
        HTML = "html", _("with layout")
        TEXT = "text", _("plain text only")

    class QuietDays(models.TextChoices):
        SHORT = "short", _("send a short digest")
        NONE = "none", _("send nothing")

    class LeftBecause(models.TextChoices):
        TOO_OFTEN = "too_often", _("It came too often")
        UNFITTING = "unfitting", _("The papers did not fit me")
        NO_TIME = "no_time", _("I have no time to read")
        ELSEWHERE = "elsewhere", _("I follow papers elsewhere")
        NEVER_ASKED = "never_asked", _("I never asked for it")

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
    quiet_days = models.CharField(
        "on quiet days",
        max_length=5,
        choices=QuietDays.choices,
        default=QuietDays.SHORT,
        help_text="When too few new papers fit",
    )
    mail_format = models.CharField(
        "format", max_length=4, choices=MailFormat.choices, default=MailFormat.HTML
    )
    language = models.CharField(max_length=8, default="en", help_text="A code of LANGUAGES")
    learns_from_reads = models.BooleanField(
        "learns from papers opened here",
        default=False,
        db_default=False,
        help_text="Allowed by the reader, on their preferences page",
    )
    paused_until = models.DateTimeField(null=True, blank=True, editable=False)
    missed_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Paused from then on: the first digest after it shows the best since",
    )
    left_because = models.CharField(
        max_length=11, choices=LeftBecause.choices, blank=True, editable=False
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
            # the tick's other question: whose pause is over?
            models.Index(
                fields=["paused_until"],
                condition=models.Q(state="paused"),
                name="subscriber_paused",
            ),
            # who never confirmed: reminded once, then forgotten
            models.Index(
                fields=["created_at"],
                condition=models.Q(state="pending"),
                name="subscriber_pending",
            ),
            # the list, newest first; and how many are in which state: it stands last, so that it
            # is read with the rest and never searched by, for which the ones above are better
            models.Index(fields=["-created_at", "id", "state"], name="subscriber_newest"),
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
    def topics(self) -> models.QuerySet[Topic]:
        """Those followed; none means all."""
        followed = self.interests.filter(muted=False, topic__isnull=False)
        return Topic.objects.filter(pk__in=followed.values("topic"))

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
