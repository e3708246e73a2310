from django.db import models


class Breaker(models.Model):
    """The provider refuses us all: one row while it is so, none while mail flows.

    Asked, as `Sending` is, in the very statement that lets a mail leave. One worker at a time may
    try a single mail, the probe: `prober` owns it.
    """

    class Cause(models.TextChoices):
        US = "us", "the provider refuses us"
        MAILS = "mails", "too many mails went wrong"

    ONLY = 1  # the key of its only row

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    opened_at = models.DateTimeField()
    cause = models.CharField(max_length=5, choices=Cause.choices, default=Cause.US)
    reason = models.CharField(max_length=200)
    probe_at = models.DateTimeField(help_text="When one mail is tried next")
    probes = models.PositiveIntegerField(default=0, help_text="How many were tried in vain")
    prober = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "breaker"

    def __str__(self) -> str:
        return f"open since {self.opened_at:%Y-%m-%d %H:%M} UTC: {self.reason}"
