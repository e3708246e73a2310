from django.db import models


class Score(models.Model):
    """What `manage.py rank` computed for a paper, with its parts and the day. docs/ranking.md."""

    paper = models.OneToOneField(
        "papers.Paper", on_delete=models.CASCADE, primary_key=True, related_name="score"
    )
    trending_percentile = models.FloatField(
        null=True, help_text="Among the papers of its topic in the last 30 days, 0 to 100"
    )
    dissimilarity = models.FloatField(
        null=True, help_text="1 - mean cosine similarity to the nearest earlier papers, 0 to 1"
    )
    novelty = models.FloatField(
        null=True, help_text="Percentile of the dissimilarity within its topic's last 365 days"
    )
    ai_score = models.FloatField("AI score", null=True, help_text="0 to 100")
    parts = models.JSONField(default=dict, help_text="What the AI score is made of: percentiles")
    nearest = models.JSONField(default=list, help_text="Rows of the nearest earlier papers")
    text_key = models.CharField(
        max_length=32, blank=True, help_text="Of the title and abstract that were compared"
    )
    scored_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"Scores of {self.paper}"
