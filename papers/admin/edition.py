from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from papers.admin.candidate import worth_when_built
from papers.admin.readonly import ReadOnlyInline
from papers.models import Candidate, Edition

SHOWN = 50  # more would not fit into one form; all papers are a list of their own


class EditionForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("held") and not facts.get("hold_reason"):
            self.add_error("hold_reason", "Say why: whoever is on duty must know.")
        return facts


class CandidateInline(ReadOnlyInline):
    """The first papers, and all that are pinned or dropped. Placed until the edition freezes."""

    model = Candidate
    verbose_name_plural = f"the first {SHOWN} papers, and those pinned or dropped"
    fields = ["rank", "paper", "worth", "placement"]
    readonly_fields = ["rank", "paper", "worth"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        candidates: QuerySet[Candidate] = super().get_queryset(request)
        shown = Q(rank__lte=SHOWN) | ~Q(placement=Candidate.Placement.RANKED)
        return candidates.filter(shown).select_related("paper").defer("card")

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        is_open = obj is not None and obj.frozen_at is None
        return is_open and request.user.has_perm("papers.change_candidate")

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
    facts = ["covers_from", "covers_to", "built_at", "frozen_at", "all_papers"]
    fields = ["date", "subject", "held", "hold_reason", *facts]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        editions: QuerySet[Edition] = super().get_queryset(request)
        return editions.annotate(paper_count=Count("candidates"))

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        """Its facts always, its date once there, its subject once frozen."""
        settled = ["date"] if obj else []
        if obj and obj.frozen_at:
            settled.append("subject")
        return [*self.facts, *settled]

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Past issues stay; one that must not go out is held."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Edition,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001  # Django's call
    ) -> None:
        """Only what was typed is written: a tick may freeze the same row meanwhile."""
        obj.save(update_fields=form.changed_data if change else None)

    @admin.display(description="content", ordering="frozen_at")
    def progress(self, edition: Edition) -> str:
        if edition.frozen_at:
            return "frozen"
        return "open" if edition.built_at else "not built yet"

    @admin.display(description="papers", ordering="paper_count")
    def paper_count(self, edition: Any) -> int:
        return int(edition.paper_count)

    @admin.display(description="papers")
    def all_papers(self, edition: Edition) -> str:
        url = reverse("admin:papers_candidate_changelist")
        return format_html('<a href="{}?edition__id__exact={}">All papers</a>', url, edition.pk)
