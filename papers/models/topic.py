from django.db import models

from papers.topic_names import local_name


class Topic(models.Model):
    """A subject that people choose: one category of the arXiv taxonomy."""

    code = models.CharField(max_length=32, unique=True, help_text="As arXiv writes it: cs.CV")
    name = models.CharField(max_length=80, help_text="In plain words, as readers see it")
    full_name = models.CharField(max_length=120, blank=True, help_text="arXiv's own name")
    group = models.CharField(max_length=80, blank=True, db_index=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order among all topics")

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return f"{self.local_name} ({self.code})"

    @property
    def local_name(self) -> str:
        return local_name(self.name)

    @property
    def local_group(self) -> str:
        return local_name(self.group)
