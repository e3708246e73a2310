from typing import Self

from django.db import models

RECIPE = 1  # of texts, weights and axes; a model of another one is not used


class RelevanceModelQuerySet(models.QuerySet["RelevanceModel"]):
    def usable(self) -> Self:
        """Those that this code can read, the newest first."""
        return self.filter(recipe=RECIPE).order_by("-pk")


class RelevanceModel(models.Model):
    """What was learned from all papers at one time; its row is its version. docs/ranking.md."""

    fitted_at = models.DateTimeField()
    recipe = models.PositiveSmallIntegerField(default=RECIPE)
    papers = models.PositiveIntegerField(help_text="How many it was learned from")
    terms = models.PositiveIntegerField(help_text="Words and phrases")
    embedding = models.CharField(
        max_length=200, blank=True, help_text="What places texts, instead of its own axes"
    )
    packed = models.BinaryField()

    objects = RelevanceModelQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Version {self.pk}, of {self.papers} papers"
