from typing import Self

from django.db import models
from django.db.models.functions import Now


class InterestQuerySet(models.QuerySet["Interest"]):
    def followed(self) -> Self:
        return self.filter(muted=False)

    def muted(self) -> Self:
        return self.filter(muted=True)

    def learned(self) -> Self:
        return self.filter(origin=Interest.Origin.LEARNED)

    def topics(self) -> Self:
        return self.filter(kind=Interest.Kind.TOPIC)

    def keywords(self) -> Self:
        return self.filter(kind=Interest.Kind.KEYWORD)

    def authors(self) -> Self:
        return self.filter(kind=Interest.Kind.AUTHOR)

    def papers(self) -> Self:
        return self.filter(kind=Interest.Kind.PAPER)


class Interest(models.Model):
    """Something a subscriber cares about, or the opposite: muted, for a paper "less like this".

    A liked paper that is not here is kept by its `key`, with the words that came with it.
    """

    class Kind(models.TextChoices):
        TOPIC = "topic", "topic"
        KEYWORD = "keyword", "keyword"
        AUTHOR = "author", "author"
        PAPER = "paper", "paper"

    class Origin(models.TextChoices):
        CHOSEN = "chosen", "chosen on a page"
        LEARNED = "learned", "more or less like this"

    subscriber = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, related_name="interests"
    )
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.TOPIC)
    muted = models.BooleanField(default=False)
    origin = models.CharField(max_length=7, choices=Origin.choices, default=Origin.CHOSEN)
    topic = models.ForeignKey(
        "papers.Topic", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey(
        "papers.Author", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    paper = models.ForeignKey(
        "papers.Paper", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    text = models.CharField(
        max_length=300, blank=True, help_text="A keyword as typed, or a title that is not here"
    )
    key = models.CharField(
        max_length=400,
        blank=True,
        editable=False,
        help_text="A keyword's stems, or the arXiv id, DOI or title key of a paper not here",
    )
    abstract = models.TextField(blank=True, help_text="Of a paper that is not here")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "topic"], name="interest_once"),
            models.UniqueConstraint(fields=["subscriber", "author"], name="interest_author_once"),
            models.UniqueConstraint(fields=["subscriber", "paper"], name="interest_paper_once"),
            models.UniqueConstraint(
                fields=["subscriber", "kind", "key"],
                condition=~models.Q(key=""),
                name="interest_key_once",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(kind="topic", topic__isnull=False, author=None, paper=None, key="")
                    | models.Q(kind="author", author__isnull=False, topic=None, paper=None, key="")
                    | models.Q(kind="paper", paper__isnull=False, topic=None, author=None, key="")
                    | (
                        models.Q(kind__in=["keyword", "paper"], topic=None, author=None, paper=None)
                        & ~models.Q(key="")
                    )
                ),
                name="interest_in_one_thing",
            ),
        ]
        indexes = [
            # a paper that has come in: who has liked it before?
            models.Index(
                fields=["key"],
                condition=models.Q(kind="paper", paper=None),
                name="interest_awaited_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.topic or self.author or self.paper or self.text}"
