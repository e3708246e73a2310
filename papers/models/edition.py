from datetime import date

from django.db import models


class EditionQuerySet(models.QuerySet["Edition"]):
    def newest(self, until: date) -> "Edition | None":
        """The last edition dated `until` or before."""
        return self.filter(date__lte=until).order_by("-date").first()


class Edition(models.Model):
    """The day's public issue, one per date: papers seen within a half-open window, ranked."""

    date = models.DateField(unique=True)
    covers_from = models.DateTimeField(null=True, blank=True, editable=False)
    covers_to = models.DateTimeField(null=True, blank=True, editable=False)
    subject = models.CharField(
        max_length=120, blank=True, help_text="Instead of each digest's own subject"
    )
    built_at = models.DateTimeField(null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="From here on its content stays"
    )
    held = models.BooleanField(default=False, help_text="While set, none of its digests is sent")
    hold_reason = models.CharField(max_length=200, blank=True)
    held_by = models.CharField(max_length=150, blank=True, editable=False)
    held_at = models.DateTimeField(null=True, blank=True, editable=False)
    papers = models.ManyToManyField("papers.Paper", through="papers.Candidate", related_name="+")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-date"]
        permissions = [
            ("hold_edition", "Can hold and release editions"),
            ("correct_edition", "Can send corrections"),
        ]

    def __str__(self) -> str:
        return self.date.isoformat()


class Candidate(models.Model):
    """One paper of an edition, its rank for everyone, and its card as frozen with the edition."""

    class Placement(models.TextChoices):
        RANKED = "ranked", "by rank"
        PINNED = "pinned", "pinned"
        DROPPED = "dropped", "dropped"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="candidates")
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="candidacies")
    rank = models.PositiveIntegerField(help_text="1 is the first")
    score = models.FloatField(help_text="Trending when the edition was built")
    placement = models.CharField(max_length=8, choices=Placement.choices, default=Placement.RANKED)
    moved_to = models.PositiveIntegerField(
        null=True, blank=True, editable=False, help_text="The rank that an editor gave it"
    )
    card = models.JSONField(default=dict, help_text="Facts that every digest shows alike")

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "paper"], name="candidate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.paper}"


class Correction(models.Model):
    """What an edition got wrong, told to exactly those whose digest had left without it.

    An edition's corrections are numbered from 1 on; digests that leave later carry them.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=120)
    text = models.TextField(max_length=2000)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="correction_number_once"),
        ]

    def __str__(self) -> str:
        return f"Correction {self.number} of {self.edition}"
