from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse

from papers import search
from papers.admin.confirmation import confirmation, confirmed
from papers.admin.editing import believe_editor
from papers.admin.log import log_changes
from papers.admin.readonly import ReadOnlyInline
from papers.merging import merge
from papers.models import Author, AuthorId


class AuthorForm(forms.ModelForm):
    homepage = forms.URLField(max_length=500, required=False, assume_scheme="https")


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
class AuthorAdmin(admin.ModelAdmin):
    form = AuthorForm
    inlines = [AuthorIdInline]
    metrics = ["h_index", "paper_count", "citation_count", "novelty", "ai_score"]
    list_display = ["name", "affiliation", "main_topic", "papers_here", *metrics]
    list_select_related = ["main_topic"]
    search_fields = ["name", "name_key"]
    autocomplete_fields = ["main_topic"]
    actions = ["merge"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        authors: QuerySet[Author] = super().get_queryset(request)
        present = authors.filter(merged_into=None)
        return present.annotate(papers_here=Count("authorships"))

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
