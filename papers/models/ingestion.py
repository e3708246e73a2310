from datetime import datetime

from django.db import models
from django.db.models import F, Q

from papers.models.leased import Leased


class ScheduledIngestQuerySet(models.QuerySet["ScheduledIngest"]):
    def due(self, now: datetime) -> "ScheduledIngestQuerySet":
        """Whose time has come and that nobody is reading; who waits longest comes first."""
        came = Q(next_at=None) | Q(next_at__lte=now)
        return (
            self.filter(came, enabled=True)
            .exclude(leased_until__gt=now)
            .order_by(F("next_at").asc(nulls_first=True), "source")
        )

    def leased(self, now: datetime) -> "ScheduledIngestQuerySet":
        return self.filter(leased_until__gt=now)


class ScheduledIngest(Leased):
    """The standing order to ask one source: when it is next due, and how far it has read."""

    source = models.CharField(max_length=40, unique=True, editable=False)
    enabled = models.BooleanField(default=True, help_text="Asked by itself when its time comes")
    next_at = models.DateTimeField(null=True, blank=True, help_text="Empty: at the next tick")
    watermark = models.CharField(
        max_length=200, blank=True, help_text="Up to where the source was read, in its own terms"
    )
    cursor = models.CharField(
        max_length=1000, blank=True, editable=False, help_text="Where an unfinished reading goes on"
    )
    last_success_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_report = models.JSONField(default=dict, editable=False)
    last_error = models.CharField(max_length=500, blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(
        default=0, editable=False, help_text="One after the other, up to now"
    )

    objects = ScheduledIngestQuerySet.as_manager()

    class Meta:
        ordering = ["source"]

    def __str__(self) -> str:
        return self.source


class Pace(models.Model):
    """When the next request to one host may leave, for all processes together."""

    host = models.CharField(max_length=40, unique=True)
    next_at = models.DateTimeField()
    busy_until = models.DateTimeField(
        null=True, blank=True, help_text="A request is under way, at the longest until then"
    )

    def __str__(self) -> str:
        return self.host
