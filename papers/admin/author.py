from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from papers import search
from papers.admin.confirmation import confirmation, confirmed
from papers.admin.conflicts import NotOverwritten
from papers.admin.editing import believe_editor
from papers.admin.log import log_changes
from papers.admin.readonly import ReadOnlyInline
from papers.admin.sources import who_told_what
from papers.latex import readable
from papers.merging import merge
from papers.models import Author, AuthorId, Authorship

PAPERS_SHOWN = 20


class AuthorForm(forms.ModelForm):
    homepage = forms.URLField(max_length=500, required=False, assume_scheme="https")


class MetricsFilter(admin.SimpleListFilter):
    title = "metrics"
    parameter_name = "metrics"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("told", "told by a source"), ("missing", "not told yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Author]) -> QuerySet[Author]:
        if self.value() is None:
            return queryset
        return queryset.filter(h_index__isnull=self.value() == "missing")


class AuthorIdInline(ReadOnlyInline):
    model = AuthorId
    verbose_name_plural = "what sources call this author"
    fields = ["scheme", "value"]


class AuthorChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        known = [obj.affiliation, f"papers here: {obj.papers_here}", *map(str, obj.ids.all())]
        return f"{obj.name} ({', '.join(filter(None, known))})"


class MergeForm(forms.Form):
    """Asked before authors are merged."""

    def __init__(self, data: Any, authors: QuerySet[Author]) -> None:
        super().__init__(data)
        self.fields["kept"] = AuthorChoice(
            authors.prefetch_related("ids"),
            label="Keep",
            empty_label=None,
            widget=forms.RadioSelect,
            help_text="It takes over the papers of the others. This cannot be undone.",
        )


@admin.register(Author)
class AuthorAdmin(NotOverwritten, admin.ModelAdmin):
    """Each with how many papers are here: counted for the page's authors, not by a join of all."""

    form = AuthorForm
    inlines = [AuthorIdInline]
    metrics = ["h_index", "paper_count", "citation_count", "novelty", "ai_score"]
    when_empty = "Authors come with their papers."
    list_display = ["name", "affiliation", "main_topic", "papers_here", *metrics]
    list_select_related = ["main_topic"]
    list_filter = [MetricsFilter, "main_topic__group"]
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    search_fields = ["name", "name_key"]
    readonly_fields = ["newest_papers", "sources", "on_the_site"]
    fieldsets = [
        (None, {"fields": ("name", "affiliation", "homepage", "main_topic", "on_the_site")}),
        ("Metrics", {"fields": (*metrics, "metrics_read_on", "sources")}),
        ("Papers", {"fields": ("newest_papers",)}),
    ]
    actions = ["merge"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        authors: QuerySet[Author] = super().get_queryset(request)
        present = authors.filter(merged_into=None)
        own = Authorship.objects.filter(author=OuterRef("pk")).order_by().values("author")
        counted = Subquery(own.annotate(number=Count("pk")).values("number"))
        return present.annotate(papers_here=Coalesce(counted, 0))

    def save_model(
        self,
        request: HttpRequest,
        obj: Author,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001  # Django's call
    ) -> None:
        believe_editor(obj, form.changed_data)
        super().save_model(request, obj, form, change)
        if "name" in form.changed_data:
            search.index(obj.authorships.values_list("paper_id", flat=True))

    @admin.display(ordering="papers_here", description="papers here")
    def papers_here(self, author: Any) -> int:
        return int(author.papers_here)

    @admin.display(description="newest papers here")
    def newest_papers(self, author: Author) -> str:
        newest = author.papers.order_by("-first_seen_at", "pk")[:PAPERS_SHOWN]
        rows = (
            (reverse("admin:papers_paper_change", args=[paper.pk]), readable(paper.title))
            for paper in newest
        )
        return format_html_join("", '<p><a href="{}">{}</a></p>', rows) or "none"

    @admin.display(description="who told what")
    def sources(self, author: Author) -> str:
        return who_told_what(author)

    @admin.display(description="on the site")
    def on_the_site(self, author: Author) -> str:
        if not author.pk:
            return "Once it is saved."
        return format_html('<a href="{}">The author’s page</a>', author.get_absolute_url())

    @admin.action(description="Merge: they are one person", permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Author]) -> HttpResponse | None:
        authors = list(queryset)
        if len(authors) < 2:  # noqa: PLR2004  # it takes two
            self.message_user(request, "Choose the two or more that are one person.", "warning")
            return None
        form = MergeForm(request.POST if confirmed(request) else None, queryset)
        if not form.is_valid():
            return confirmation(self, request, queryset, "Merge these authors?", form)
        kept = form.cleaned_data["kept"]
        others = [author for author in authors if author != kept]
        merge(kept, others)
        names = ", ".join(f"{other.name} ({other.pk})" for other in others)
        log_changes(request, [kept], f"Merged with {names}")
        self.message_user(request, f"{kept.name} has taken over: {names}.")
        return None
