from django.db import models
from django.db.models.functions import Now

from papers.naming import name_key


class Author(models.Model):
    """A person (or a team) on papers. Metrics are None until a source states them."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, db_index=True, editable=False)
    affiliation = models.CharField(max_length=200, blank=True)
    main_topic = models.ForeignKey(
        "papers.Topic", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    h_index = models.PositiveIntegerField("h-index", null=True, blank=True)
    paper_count = models.PositiveIntegerField("papers", null=True, blank=True)
    citation_count = models.PositiveIntegerField("citations", null=True, blank=True)
    novelty = models.FloatField("novelty %", null=True, blank=True)
    ai_score = models.FloatField("AI score", null=True, blank=True)
    metrics_read_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came


class Authorship(models.Model):
    """An author's place on one paper, first author at position 0."""

    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="authorships")
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="authorships")
    position = models.PositiveSmallIntegerField(default=0)
    affiliation = models.CharField(max_length=200, blank=True, help_text="As given on this paper")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "author"], name="authorship_once"),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.paper}"
