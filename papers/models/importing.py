from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from papers.models.leased import Leased


class PaperImportQuerySet(models.QuerySet["PaperImport"]):
    def due(self, now: datetime) -> "PaperImportQuerySet":
        """With work left that nobody is at; who waits longest comes first."""
        waiting = self.filter(state__in=PaperImport.WORK_LEFT).exclude(leased_until__gt=now)
        return waiting.order_by("pk")


class PaperImport(Leased):
    """Papers that an editor names by their ids: looked up, shown, stored once confirmed."""

    class State(models.TextChoices):
        LOOKING = "looking", "being looked up"
        READY = "ready", "to be confirmed"
        STORING = "storing", "being imported"
        DONE = "done", "imported"
        STOPPED = "stopped", "stopped by a failure"
        CANCELLED = "cancelled", "cancelled"

    WORK_LEFT = (State.LOOKING, State.STORING)
    OPEN = (*WORK_LEFT, State.READY, State.STOPPED)

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LOOKING)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True, help_text="What stopped it")

    objects = PaperImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()  # who may add a paper may add many

    def __str__(self) -> str:
        return f"Import of {self.made_at:%Y-%m-%d %H:%M} UTC"


class ImportLine(models.Model):
    """One id, or one line without any, and what is to be said of it."""

    class Verdict(models.TextChoices):
        ASKED = "asked", "to be looked up"
        NEW = "new", "new"
        IMPORTED = "imported", "imported"
        KNOWN = "known", "known"
        REPEATED = "repeated", "repeated"
        NOT_FOUND = "not_found", "not found"
        WITHDRAWN = "withdrawn", "withdrawn"
        NO_ID = "no_id", "not an arXiv id"
        ELSEWHERE = "elsewhere", "another site's link"
        REFUSED = "refused", "could not be stored"

    paper_import = models.ForeignKey(PaperImport, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="Its line in what was pasted, from 1 on")
    text = models.CharField(max_length=200)
    arxiv_id = models.CharField(max_length=32, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    told = models.CharField(max_length=300, blank=True, help_text="Why, in words")
    paper = models.ForeignKey(
        "papers.Paper", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    facts: Any = models.JSONField(default=dict, help_text="What arXiv told, until it is stored")

    class Meta:
        ordering = ["number", "pk"]
        default_permissions = ()
        indexes = [
            # how many of each verdict, and the next ones to look up or store
            models.Index(fields=["paper_import", "verdict", "number"], name="import_line_verdict"),
        ]

    def __str__(self) -> str:
        return f"Line {self.number}: {self.text}"

    @property
    def title(self) -> str:
        return self.paper.title if self.paper else self.facts.get("title", "")
