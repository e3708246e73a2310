from django.db import models
from django.db.models.functions import Now


class Suppression(models.Model):
    """An address that must never be mailed again, kept as a keyed hash only."""

    class Reason(models.TextChoices):
        ASKED = "asked", "asked never to be mailed"
        BOUNCED = "bounced", "does not exist"
        COMPLAINED = "complained", "reported our mail as spam"

    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.CharField(max_length=10, choices=Reason.choices, default=Reason.ASKED)
    note = models.CharField(
        max_length=200, blank=True, help_text="For your colleagues; never an address"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="suppression_newest")]

    def __str__(self) -> str:
        return f"{self.address_hash[:12]}… ({self.reason})"
