from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from papers.admin.conflicts import NotOverwritten
from papers.admin.edition_decisions import Decisions
from papers.admin.edition_desk import Desk
from papers.models import Candidate, Edition, Paper


class EditionList(ChangeList):
    """What one page of the list tells of its editions' papers: one query, whatever their number."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        gone = Q(paper__status=Paper.Status.HIDDEN) & ~Q(placement=Candidate.Placement.DROPPED)
        counted = Candidate.objects.filter(edition__in=[one.pk for one in self.result_list])
        rows = counted.order_by().values("edition")
        found = {
            row["edition"]: row
            for row in rows.annotate(papers=Count("pk"), gone=Count("pk", filter=gone))
        }
        for edition in self.result_list:
            counts = found.get(edition.pk, {"papers": 0, "gone": 0})
            edition.paper_count, edition.gone = counts["papers"], counts["gone"]


@admin.register(Edition)
class EditionAdmin(Desk, Decisions, NotOverwritten, admin.ModelAdmin):
    when_empty = "No edition is here. The first tick builds today’s."
    list_display = ["date", "progress", "holding", "subject", "paper_count", "warnings"]
    list_filter = ["held"]
    date_hierarchy = "date"
    search_fields = ["subject"]
    facts = ["date", "progress", "holding", "covers_from", "covers_to", "built_at"]
    fields = ["date", "subject", *facts[1:]]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EditionList

    def get_urls(self) -> list[URLPattern]:
        """The edition's other pages stand below its own."""
        pages = {
            "papers": self.papers_view,
            "freeze": self.freeze_view,
            "hold": self.hold_view,
            "release": self.release_view,
        }
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"edition_{name}")
            for name, view in pages.items()
        ]
        return own + super().get_urls()

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        """Its facts always, its subject once frozen."""
        return [*self.facts, "subject"] if obj and obj.frozen_at else self.facts

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Once frozen, there is nothing on the page to save."""
        edition = context["original"]
        if edition:
            sending = "held" if edition.held else "not held"
            context["subtitle"] = f"{edition}: {self.progress(edition)}, {sending}"
        if edition and edition.frozen_at:
            buttons = ("save", "save_and_continue")
            context |= {f"show_{button}": False for button in buttons}
        return super().render_change_form(request, context, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The tick makes them: today's, and then the next one."""
        return False

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
        obj.save(update_fields=form.changed_data)

    @admin.display(description="content", ordering="frozen_at")
    def progress(self, edition: Edition) -> str:
        if edition.frozen_at:
            return f"frozen at {edition.frozen_at:%H:%M} UTC on {edition.frozen_at:%d %b}"
        return "open" if edition.built_at else "not built yet"

    @admin.display(description="sending", ordering="held")
    def holding(self, edition: Edition) -> str:
        if not edition.held:
            return "not held"
        by = f" by {edition.held_by}" if edition.held_by else ""
        at = f" since {edition.held_at:%d %b, %H:%M} UTC" if edition.held_at else ""
        return f"held{by}{at}: {edition.hold_reason or 'no reason given'}"

    @admin.display(description="papers")
    def paper_count(self, edition: Any) -> int:
        return int(edition.paper_count)

    @admin.display(description="warnings", empty_value="none")
    def warnings(self, edition: Any) -> str | None:
        told = [f"{edition.gone} hidden since" if edition.gone else ""]
        return "; ".join(filter(None, told)) or None
