from django.db import models
from django.db.models.functions import Now


class ProviderEvent(models.Model):
    """What a mail provider told of one mail afterwards, once by its id; then made use of.

    It names the mail by its Message-ID, or as the provider does, and the address by its keyed hash.
    """

    class Kind(models.TextChoices):
        DELIVERED = "delivered", "delivered"
        DEFERRED = "deferred", "deferred by the reader's server"
        SOFT_BOUNCE = "soft_bounce", "bounced for now"
        HARD_BOUNCE = "hard_bounce", "bounced for good"
        BLOCKED = "blocked", "blocked by a policy"
        COMPLAINED = "complained", "reported as spam"
        UNSUBSCRIBED = "unsubscribed", "unsubscribed at the provider"
        OTHER = "other", "something else"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        IGNORED = "ignored", "of no consequence"
        FAILED = "failed", "failed"

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    message_id = models.CharField("Message-ID", max_length=255, blank=True, db_index=True)
    address_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    digest = models.ForeignKey(
        "subscriptions.Digest",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
    )
    notice = models.ForeignKey(
        "subscriptions.Notice",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
    )
    told = models.CharField(
        max_length=500, blank=True, help_text="The provider's words, without addresses"
    )
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(max_length=200, blank=True, help_text="What came of it")
    processed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once"),
        ]
        indexes = [
            # what is there to make use of?
            models.Index(
                fields=["id"],
                condition=models.Q(state="waiting"),
                name="provider_event_waiting",
            ),
            models.Index(fields=["-received_at", "-id"], name="provider_event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.get_kind_display()}"

    @property
    def provider_id(self) -> str:
        """The name that the provider itself gave the mail, which no Message-ID can be; or ""."""
        name = str(self.message_id).strip("<>")
        return "" if "@" in name else name
