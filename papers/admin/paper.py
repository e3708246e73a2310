from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from papers import search
from papers.admin.confirmation import confirmation, confirmed
from papers.admin.editing import believe_editor, fields_of_editor, without_editor
from papers.admin.log import log_changes
from papers.admin.readonly import ReadOnlyInline
from papers.admin.worth import worth
from papers.cards import cards
from papers.editions import current_edition, unpin
from papers.identifiers import base_id
from papers.models import Authorship, Candidate, Paper, Signal

# what an ingest would write otherwise
TOLD_BY_SOURCES = {
    *("title", "abstract", "published_on", "version", "revised_on", "comment", "journal_ref"),
    *("has_code", "code_url", "project_url", "organization", "submitted_by"),
    *("primary_topic", "topics", "first_seen_at"),
}


class ReasonForm(forms.Form):
    """Asked before papers are hidden."""

    reason = forms.CharField(
        max_length=200,
        help_text="For your colleagues, and for the authors if they ask.",
        widget=forms.TextInput({"size": 60}),
    )


class PaperForm(forms.ModelForm):
    code_url = forms.URLField(
        label="Code address", max_length=500, required=False, assume_scheme="https"
    )
    project_url = forms.URLField(
        label="Project page", max_length=500, required=False, assume_scheme="https"
    )

    def clean_arxiv_id(self) -> str | None:
        return base_id(self.cleaned_data["arxiv_id"] or "") or None

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("status") == Paper.Status.HIDDEN and not facts.get("hidden_reason"):
            self.add_error("hidden_reason", "Say why: colleagues and authors will ask.")
        return facts


class AuthorshipInline(admin.TabularInline):
    model = Authorship
    verbose_name_plural = "authors, first author at position 0"
    fields = ["position", "author", "affiliation"]
    autocomplete_fields = ["author"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        authorships: QuerySet[Authorship] = super().get_queryset(request)
        return authorships.select_related("author")


class SignalInline(ReadOnlyInline):
    model = Signal
    fields = ["observed_at", "source", "kind", "count", "growth"]


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin):
    form = PaperForm
    inlines = [AuthorshipInline, SignalInline]
    list_display = [
        "title",
        "topic",
        "published_on",
        "has_code",
        "worth",
        "status",
        "featured",
        "in_edition",
    ]
    list_select_related = ["primary_topic"]
    list_filter = [
        "status",
        "featured",
        "has_code",
        "primary_topic__group",
        ("primary_topic", admin.RelatedOnlyFieldListFilter),
    ]
    date_hierarchy = "published_on"
    search_fields = ["title", "arxiv_id", "authors__name"]
    search_help_text = "Title, arXiv id or author"
    actions = ["hide", "show_again", "feature", "stop_featuring", "follow_sources"]
    filter_horizontal = ["topics"]
    readonly_fields = ["as_shown", "worth", "ai_summary", "announced", "edited"]
    fieldsets = [
        (None, {"fields": ("title", "arxiv_id", "doi", "abstract", "summary", "as_shown")}),
        ("Topics", {"fields": ("primary_topic", "topics")}),
        ("Dates", {"fields": ("published_on", "first_seen_at", "announced")}),
        ("Code", {"fields": ("has_code", "code_url", "project_url")}),
        (
            "From the sources",
            {
                "fields": (
                    *("version", "revised_on", "comment", "journal_ref"),
                    *("organization", "submitted_by", "ai_summary", "edited"),
                )
            },
        ),
        ("Where it is shown", {"fields": ("status", "hidden_reason", "featured", "worth")}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        candidates = Candidate.objects.filter(
            edition=current_edition(timezone.now()), paper=OuterRef("pk")
        ).exclude(placement=Candidate.Placement.DROPPED)
        papers: QuerySet[Paper] = super().get_queryset(request)
        return papers.annotate(in_edition=Exists(candidates))

    def has_delete_permission(self, request: HttpRequest, obj: Paper | None = None) -> bool:
        """The next ingest would bring it back: one that must not be shown is hidden."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Paper,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001  # Django's call
    ) -> None:
        believe_editor(obj, TOLD_BY_SOURCES.intersection(form.changed_data))
        super().save_model(request, obj, form, change)
        if "featured" in form.changed_data and not obj.featured:
            unpin([obj])

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formsets: list[forms.BaseModelFormSet],
        change: bool,  # noqa: FBT001  # Django's call
    ) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            believe_editor(form.instance, ["authors"])
            form.instance.save(update_fields=["told_by", "updated_at"])
        if form.instance.primary_topic:
            form.instance.topics.add(form.instance.primary_topic)
        search.index([form.instance.pk])

    @admin.display(ordering="primary_topic__code")
    def topic(self, paper: Paper) -> str:
        return paper.primary_topic.code if paper.primary_topic else ""

    @admin.display(description="in today's edition", boolean=True, ordering="in_edition")
    def in_edition(self, paper: Any) -> bool:
        return bool(paper.in_edition)

    @admin.display(description="trending, in votes", ordering="trending")
    def worth(self, paper: Paper) -> str:
        return worth(paper.trending, timezone.now())

    @admin.display(description="announced")
    def announced(self, paper: Paper) -> str:
        return paper.announced_at.strftime("%Y-%m-%d %H:%M UTC") if paper.announced_at else "–"

    @admin.display(description="kept as editors wrote it")
    def edited(self, paper: Paper) -> str:
        return ", ".join(fields_of_editor(paper)) or "nothing; all follows the sources"

    @admin.display(description="as readers see it")
    def as_shown(self, paper: Paper) -> str:
        if not paper.pk:
            return "Once it is saved."
        [card] = cards([paper], timezone.now()).values()
        return render_to_string("admin/card.html", {"card": card})

    @admin.action(description="Hide, with a reason", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Paper]) -> HttpResponse | None:
        form = ReasonForm(request.POST if confirmed(request) else None)
        if not form.is_valid():
            return confirmation(self, request, queryset, "Hide these papers?", form)
        reason = form.cleaned_data["reason"]
        self._change(request, queryset, f"Hidden: {reason}", status="hidden", hidden_reason=reason)
        return None

    @admin.action(description="Show again", permissions=["change"])
    def show_again(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        self._change(request, queryset, "Shown again", status="visible", hidden_reason="")

    @admin.action(description="Feature in the next edition", permissions=["change"])
    def feature(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        self._change(request, queryset, "Featured", featured=True)

    @admin.action(description="Stop featuring", permissions=["change"])
    def stop_featuring(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        papers = list(queryset.filter(featured=True))
        self._change(request, queryset, "No longer featured", featured=False)
        unpin(papers)

    @admin.action(description="Follow the sources again", permissions=["change"])
    def follow_sources(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        """What editors wrote stays until a source is next read; then it may be replaced."""
        papers = list(queryset)
        for paper in papers:
            paper.told_by = without_editor(paper)
        Paper.objects.bulk_update(papers, ["told_by"])
        log_changes(request, papers, "Sources followed again")
        self.message_user(request, f"Sources are followed again. Papers: {len(papers)}.")

    def _change(
        self, request: HttpRequest, queryset: QuerySet[Paper], told: str, **values: Any
    ) -> None:
        papers = list(queryset)
        with transaction.atomic():
            # an open edition is built anew when a paper was updated
            Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(
                **values, updated_at=timezone.now()
            )
            log_changes(request, papers, told)
        self.message_user(request, f"{told}. Papers: {len(papers)}.")
