from django.db import models


class Brake(models.Model):
    """An edition that was held by itself, because too much went wrong early. Once for each."""

    edition = models.OneToOneField(
        "papers.Edition", on_delete=models.CASCADE, primary_key=True, related_name="brake"
    )
    acted_at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["-acted_at"]

    def __str__(self) -> str:
        return f"{self.edition}: {self.reason}"
