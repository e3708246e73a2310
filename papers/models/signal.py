from django.db import models


class Signal(models.Model):
    """A dated observation of attention: the count that one source showed at one moment.

    The growth since the observation before is what moves trending: all of it, or what is damped.
    """

    class Kind(models.TextChoices):
        VOTES = "votes", "votes"
        COMMENTS = "comments", "comments"
        STARS = "stars", "code stars"
        CITATIONS = "citations", "citations"

    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="signals")
    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    observed_at = models.DateTimeField()
    count = models.PositiveIntegerField(help_text="As shown by the source, since the beginning")
    growth = models.PositiveIntegerField(default=0, help_text="Since the observation before")
    damped_growth = models.FloatField(
        null=True, blank=True, help_text="What of the growth moves trending; empty: all of it"
    )

    class Meta:
        ordering = ["-observed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "source", "kind", "observed_at"], name="signal_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.kind} ({self.source})"
