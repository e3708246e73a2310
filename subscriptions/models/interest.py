from django.db import models


class Interest(models.Model):
    """Something a subscriber cares about. So far: a topic."""

    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, related_name="interests"
    )
    topic = models.ForeignKey("papers.Topic", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "topic"], name="interest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} follows {self.topic}"
