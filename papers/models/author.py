from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import slugify

from papers.naming import name_key


class AuthorQuerySet(models.QuerySet["Author"]):
    def present(self) -> "AuthorQuerySet":
        """Without those merged into another."""
        return self.filter(merged_into=None)


class Author(models.Model):
    """A person (or a team) on papers. Metrics are None until a source states them."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, db_index=True, editable=False)
    affiliation = models.CharField(max_length=200, blank=True)
    homepage = models.URLField(max_length=500, blank=True)
    main_topic = models.ForeignKey(
        "papers.Topic", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    h_index = models.PositiveIntegerField("h-index", null=True, blank=True)
    paper_count = models.PositiveIntegerField("papers", null=True, blank=True)
    citation_count = models.PositiveIntegerField("citations", null=True, blank=True)
    novelty = models.FloatField("novelty %", null=True, blank=True)
    ai_score = models.FloatField("AI score", null=True, blank=True)
    metrics_read_on = models.DateField(null=True, blank=True)
    scored_on = models.DateField(null=True, blank=True, editable=False)
    told_by = models.JSONField(
        default=dict, editable=False, help_text="By field: the source believed"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AuthorQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def get_absolute_url(self) -> str:
        return reverse("papers:author", args=[self.slug])

    @property
    def slug(self) -> str:
        """What its address shows: the name for people, the row's number for us."""
        return f"{slugify(self.name)}-{self.pk}".lstrip("-")


class AuthorId(models.Model):
    """What a source calls an author. Two ids of one scheme are two people."""

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="ids")
    scheme = models.CharField(max_length=20, help_text="Such as semantic-scholar or orcid")
    value = models.CharField(max_length=100)

    class Meta:
        ordering = ["scheme", "value"]
        verbose_name = "author id"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="author_id_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Authorship(models.Model):
    """An author's place on one paper, first author at position 0."""

    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="authorships")
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="authorships")
    position = models.PositiveSmallIntegerField(default=0)
    affiliation = models.CharField(max_length=200, blank=True, help_text="As given on this paper")
    named = models.CharField(
        max_length=200, blank=True, editable=False, help_text="The name as given on this paper"
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "author"], name="authorship_once"),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.paper}"
