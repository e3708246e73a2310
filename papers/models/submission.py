from django.db import models
from django.db.models.functions import Now


class Submission(models.Model):
    """A paper that somebody proposed. Once accepted, it is fetched from its source."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        NOT_FOUND = "not_found", "not found at its source"

    arxiv_id = models.CharField("arXiv id", max_length=32, unique=True)
    note = models.CharField(max_length=500, blank=True, help_text="Why it is worth reading")
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING, db_index=True
    )
    reason = models.CharField(max_length=200, blank=True, help_text="For colleagues")
    times = models.PositiveIntegerField(default=1, help_text="How often it was proposed")
    paper = models.ForeignKey(
        "papers.Paper", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-submitted_at", "-pk"]

    def __str__(self) -> str:
        return self.arxiv_id
