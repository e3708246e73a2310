from datetime import datetime, timedelta

from django.db import models

GROWTH = 1.1  # a slowed rate grows by a tenth …
STEP = timedelta(seconds=10)  # … in this time
FORGOTTEN = timedelta(minutes=10)  # after this nobody minds any more
LEAST = 2.0  # tokens that a full bucket holds, however slow; else a second's worth
CLOCKS_DIFFER = timedelta(minutes=1)  # those of our machines, at most


class Bucket(models.Model):
    """How fast mail may go to the provider, or to one domain; shared by all workers.

    A token bucket: a mail takes a token, and tokens come back at a rate. There is a row where a
    rate is set, or where somebody asked us to slow down.
    """

    PROVIDER = ""

    domain = models.CharField(
        primary_key=True, max_length=255, help_text="Of recipients; empty: all mail"
    )
    tokens = models.FloatField(default=1)
    filled_at = models.DateTimeField(help_text="When `tokens` was right")
    rate = models.FloatField(
        null=True, blank=True, help_text="Tokens a second when it was slowed; it grows from there"
    )
    slowed_at = models.DateTimeField(null=True, blank=True, help_text="When it was slowed last")
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="Until then nothing goes, as the provider asked"
    )
    counted_from = models.DateTimeField(null=True, blank=True, editable=False)
    throttled = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain or "all mail"

    def pace(self, now: datetime, configured: float | None) -> float | None:
        """Tokens a second at this moment; None: as fast as we can."""
        if self.rate is None or self.slowed_at is None or now >= self.slowed_at + FORGOTTEN:
            return configured
        grown: float = self.rate * GROWTH ** max(0.0, (now - self.slowed_at) / STEP)
        return min(grown, configured) if configured else grown

    def is_shut(self, now: datetime) -> bool:
        return self.not_before is not None and now < self.not_before

    def fill(self, now: datetime, pace: float) -> None:
        """With what came back since."""
        if self.filled_at > now + CLOCKS_DIFFER:
            self.filled_at = now  # by a clock that was wrong, and was set right
        passed = max(0.0, (now - self.filled_at).total_seconds())
        self.tokens = min(max(LEAST, pace), self.tokens + passed * pace)
        self.filled_at = max(now, self.filled_at)

    def slow(self, now: datetime, rate: float) -> None:
        self.rate, self.slowed_at = rate, now
        self.tokens, self.filled_at = min(0.0, self.tokens), now
        self.counted_from, self.throttled = None, 0

    def count(self, now: datetime, window: timedelta) -> None:
        """One more that was throttled."""
        if self.counted_from is None or now >= self.counted_from + window:
            self.counted_from, self.throttled = now, 0
        self.throttled += 1
