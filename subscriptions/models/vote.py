from django.db import models
from django.db.models.functions import Now


class Vote(models.Model):
    """One reader's word that a paper is worth reading; taken back by deleting it."""

    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, related_name="votes"
    )
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField(db_default=Now(), editable=False)
    new_reader = models.BooleanField(
        db_default=False, editable=False, help_text="Confirmed less than 7 days before this vote"
    )

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "paper"], name="vote_once"),
        ]

    def __str__(self) -> str:
        return f"Vote for {self.paper}"
