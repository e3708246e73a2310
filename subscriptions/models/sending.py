from django.db import models
from django.utils import timezone


class Sending(models.Model):
    """The switch for all mail: one row while it is paused, none while it is not.

    Asked in the very statement that lets a mail leave, so all workers see it at once.
    """

    ONLY = 1  # the key of its only row

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    paused_at = models.DateTimeField(default=timezone.now)
    paused_by = models.CharField(max_length=150, blank=True, help_text="A staff member's name")
    reason = models.CharField(max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "sending"

    def __str__(self) -> str:
        return f"paused since {self.paused_at:%Y-%m-%d %H:%M} UTC: {self.reason}"
