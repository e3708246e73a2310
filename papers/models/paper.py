from datetime import datetime
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from papers.identifiers import base_id, is_arxiv_id, validate_arxiv_id
from papers.models.author import Authorship
from papers.models.topic import Topic
from papers.naming import tidy, title_key
from papers.trending import UNNOTICED

DOI_SIGNS = "/:;()!$&'*+,=@"  # that an address shows as they are


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible(self) -> "PaperQuerySet":
        return self.filter(status=Paper.Status.VISIBLE)

    def first_seen_within(self, since: datetime, until: datetime) -> "PaperQuerySet":
        """Half-open: since <= first_seen_at < until."""
        return self.filter(first_seen_at__gte=since, first_seen_at__lt=until)

    def about(self, topic: "Topic") -> "PaperQuerySet":
        """Those that have the topic, as their main one or a further one."""
        return self.filter(pk__in=Paper.topics.through.objects.filter(topic=topic).values("paper"))

    def by_trending(self) -> "PaperQuerySet":
        """Best first; papers that nobody noticed last, newest of them first."""
        return self.order_by("-trending", "-first_seen_at", "pk")

    def with_card_facts(self) -> "PaperQuerySet":
        """All that a card shows, in a constant number of queries."""
        # authors by a join: Django asks for more than a thousand so that SQLite refuses the query
        places = Authorship.objects.select_related("author")
        named = places.only("paper", "position", "affiliation", "author__name")
        authorships = models.Prefetch("authorships", named)
        return self.select_related("primary_topic").prefetch_related("topics", authorships)


class Paper(models.Model):
    """One research paper, whatever its version.

    Its key is the arXiv identifier without version, else the DOI, else title and first author.
    """

    class Status(models.TextChoices):
        VISIBLE = "visible", "visible"
        HIDDEN = "hidden", "hidden"

    arxiv_id = models.CharField(
        "arXiv id",
        max_length=32,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_arxiv_id],
        help_text="Without version",
    )
    doi = models.CharField("DOI", max_length=200, unique=True, null=True, blank=True)
    title = models.CharField(max_length=1000)
    title_key = models.CharField(max_length=400, editable=False, db_index=True)
    first_author_key = models.CharField(max_length=200, blank=True, editable=False)
    abstract = models.TextField(blank=True)
    summary = models.TextField(blank=True, help_text="One or two sentences in our own words")
    ai_summary = models.TextField(
        "AI summary", blank=True, help_text="A source's own, for editors; readers do not see it"
    )
    keywords = models.JSONField(default=list, blank=True, help_text="As a source tells them")
    published_on = models.DateField(null=True, blank=True, db_index=True)
    version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The latest one that a source told"
    )
    revised_on = models.DateField(null=True, blank=True, help_text="The day of that version")
    announced_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When a source announced it as new"
    )
    first_seen_at = models.DateTimeField(
        default=timezone.now, help_text="When it came in; what editions choose by"
    )
    primary_topic = models.ForeignKey(
        "papers.Topic", on_delete=models.SET_NULL, null=True, blank=True, related_name="papers"
    )
    topics = models.ManyToManyField(
        "papers.Topic", blank=True, related_name="all_papers", help_text="The main one included."
    )
    authors = models.ManyToManyField(
        "papers.Author", through="papers.Authorship", blank=True, related_name="papers"
    )
    has_code = models.BooleanField("code", default=False)
    code_url = models.URLField("code address", max_length=500, blank=True)
    project_url = models.URLField("project page", max_length=500, blank=True)
    organization = models.CharField(max_length=200, blank=True)
    submitted_by = models.CharField(
        max_length=200, blank=True, help_text="Who proposed it to a source that people submit to"
    )
    comment = models.CharField(max_length=1000, blank=True, help_text="The authors' own: pages …")
    journal_ref = models.CharField("journal", max_length=500, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.VISIBLE)
    hidden_reason = models.CharField(max_length=200, blank=True)
    withdrawn = models.CharField(
        max_length=200, blank=True, editable=False, help_text="Why, as far as a source told"
    )
    featured = models.BooleanField(default=False, help_text="Comes first in the next edition")
    trending = models.FloatField(
        default=UNNOTICED, editable=False, help_text="log2 of decayed attention: papers/trending.py"
    )
    told_by = models.JSONField(
        default=dict, editable=False, help_text="By field: the source and version believed"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-first_seen_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title_key", "first_author_key"],
                condition=models.Q(arxiv_id=None, doi=None),
                name="paper_without_id_once",
            ),
        ]
        indexes = [
            # Status stands last, so that it is read with the rest and never searched by: nearly all
            # papers are visible, which SQLite does not know when it chooses an index.
            # An edition's pool and the archive: what came in within a window; feeds: what came
            # in last; how many of each topic.
            models.Index(
                fields=["-first_seen_at", "id", "status", "primary_topic"], name="paper_first_seen"
            ),
            # lists ranked for everyone, in the very order of `by_trending`
            models.Index(
                fields=["-trending", "-first_seen_at", "id", "status"], name="paper_trending"
            ),
            # a topic's page, in that order as well
            models.Index(
                fields=["primary_topic", "-trending", "-first_seen_at", "id", "status"],
                name="paper_topic_trending",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.title = tidy(self.title)
        # by what sources call it, so that an editor's wording does not make it another paper
        self.title_key = self.title_key or title_key(self.title)
        self.arxiv_id = base_id(self.arxiv_id or "") or None
        self.doi = self.doi or None
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def get_absolute_url(self) -> str:
        return reverse("papers:paper", args=[self.public_id])

    def clean(self) -> None:
        if self.status == self.Status.HIDDEN and not self.hidden_reason:
            why = "Say why: colleagues and authors will ask."
            raise ValidationError({"hidden_reason": why})

    @property
    def on_arxiv(self) -> bool:
        """Asked instead of `arxiv_id` alone, so that no stored text can break a page."""
        return is_arxiv_id(self.arxiv_id or "")

    @property
    def public_id(self) -> str:
        """What its address shows: the arXiv id, else "n" and the row's number."""
        return str(self.arxiv_id) if self.on_arxiv else f"n{self.pk}"

    @property
    def abstract_url(self) -> str:
        """Where the paper itself can be read; empty when no source has told."""
        if self.on_arxiv:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        # old ones have < > # in them, which an address cannot hold
        return f"https://doi.org/{quote(self.doi, safe=DOI_SIGNS)}" if self.doi else ""

    @property
    def pdf_url(self) -> str:
        return f"https://arxiv.org/pdf/{self.arxiv_id}" if self.on_arxiv else ""

    @property
    def teaser(self) -> str:
        """What cards show below the title."""
        return self.summary or self.abstract
