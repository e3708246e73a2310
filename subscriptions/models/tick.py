from datetime import datetime, timedelta

from django.db import models

LONGEST_SILENCE = timedelta(seconds=180)  # after it, scheduled work counts as standing still


class Tick(models.Model):
    """The last look at the clock: one row, by which health checks know that work goes on."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"finished {self.finished_at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def record(cls, now: datetime) -> None:
        cls.objects.update_or_create(id=1, defaults={"finished_at": now})
