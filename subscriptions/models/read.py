from django.db import models


class Read(models.Model):
    """A paper that one reader opened here and let teach their ranking; undone by deleting it."""

    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, related_name="reads"
    )
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="+")
    read_on = models.DateField(editable=False, help_text="The last time, in the reader's zone")

    class Meta:
        ordering = ["-read_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "paper"], name="read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.paper}, opened"
