from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from papers.admin.candidate import worth_when_built
from papers.models import Candidate, Edition

SHOWN = 50  # with their forms; all of them are a list of their own
Placement = Candidate.Placement


class EditionForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("held") and not facts.get("hold_reason"):
            self.add_error("hold_reason", "Say why it is held: whoever is on duty must know.")
        return facts


class CandidateInline(admin.TabularInline):
    """The first papers, and all that are pinned or dropped; open until the edition freezes."""

    model = Candidate
    verbose_name_plural = f"the first {SHOWN} papers, and those pinned or dropped"
    fields = ["rank", "paper", "worth", "placement"]
    readonly_fields = ["rank", "paper", "worth"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        shown = Q(rank__lte=SHOWN) | ~Q(placement=Placement.RANKED)
        return super().get_queryset(request).filter(shown).select_related("paper").defer("card")

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        is_open = obj is None or obj.frozen_at is None
        return is_open and super().has_change_permission(request, obj)

    @admin.display(description="trending, in votes")
    def worth(self, candidate: Candidate) -> str:
        return worth_when_built(candidate)


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
    form = EditionForm
    inlines = [CandidateInline]
    list_display = ["date", "progress", "held", "subject", "paper_count"]
    list_filter = ["held"]
    date_hierarchy = "date"
    search_fields = ["subject"]
    fields = [
        "date",
        "subject",
        "held",
        "hold_reason",
        ("covers_from", "covers_to"),
        ("built_at", "frozen_at"),
        "all_papers",
    ]
    facts = ["covers_from", "covers_to", "built_at", "frozen_at", "all_papers"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).annotate(paper_count=Count("candidates"))

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        """Its facts always, its date once made, its subject once frozen."""
        frozen = obj is not None and obj.frozen_at is not None
        return [*self.facts, *(["date"] if obj else []), *(["subject"] if frozen else [])]

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Past issues stay; one that must not go out is held."""
        return False

    @admin.display(description="state", ordering="frozen_at")
    def progress(self, edition: Edition) -> str:
        if edition.frozen_at:
            return "frozen"
        return "open" if edition.built_at else "not built yet"

    @admin.display(description="papers", ordering="paper_count")
    def paper_count(self, edition: Edition) -> int:
        return edition.paper_count

    @admin.display(description="papers")
    def all_papers(self, edition: Edition) -> str:
        url = reverse("admin:papers_candidate_changelist")
        return format_html('<a href="{}?edition__id__exact={}">All papers</a>', url, edition.pk)
