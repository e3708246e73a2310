from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from papers.admin.readonly import ReadOnlyInline
from papers.identifiers import base_id
from papers.models import Author, Authorship, Signal

SIGNALS_SHOWN = 50

# what an ingest would write otherwise
TOLD_BY_SOURCES = {
    *("title", "abstract", "published_on", "version", "revised_on", "comment", "journal_ref"),
    *("has_code", "code_url", "project_url", "organization", "submitted_by"),
    *("primary_topic", "topics", "first_seen_at"),
}


class Address(forms.URLField):
    def __init__(self, *, label: str) -> None:
        widget = forms.URLInput({"class": "vURLField"})
        super().__init__(
            label=label, max_length=500, required=False, assume_scheme="https", widget=widget
        )


class PaperForm(forms.ModelForm):
    code_url = Address(label="Code address")
    project_url = Address(label="Project page")

    def clean_arxiv_id(self) -> str | None:
        return base_id(self.cleaned_data["arxiv_id"] or "") or None


class AuthorBox(AutocompleteSelect):
    """Shows the author that its row came with, instead of asking the database in each row.

    Where scripts are off, a number is typed: that of the author's page.
    """

    known: Author | None = None

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        if self.known is None or [*map(str, value)] != [str(self.known.pk)]:
            return super().optgroups(name, value, attrs)
        option = self.create_option(name, self.known.pk, str(self.known), selected=True, index=0)
        return [(None, [option], 0)]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        number = '<noscript><label>or number <input name="{}" size="8"></label></noscript>'
        return super().render(name, value, attrs, renderer) + format_html(number, _typed(name))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(_typed(name)) or super().value_from_datadict(data, files, name)


def _typed(name: str) -> str:
    return f"{name}-number"


class AuthorshipForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label  # a table's heads are no labels
        box: Any = self.fields["author"].widget
        if self.instance.pk and isinstance(box.widget, AuthorBox):
            box.widget.known = self.instance.author


class AuthorshipInline(admin.TabularInline):
    model = Authorship
    form = AuthorshipForm
    verbose_name_plural = "authors, first author at position 0"
    fields = ["position", "author", "affiliation"]
    autocomplete_fields = ["author"]
    extra = 1  # scripts, which add more, may be off

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        authorships: QuerySet[Authorship] = super().get_queryset(request)
        return authorships.select_related("author", "paper")  # each row's name has both

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "author":
            kwargs["widget"] = AuthorBox(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class NewestSignals(forms.BaseInlineFormSet):
    def get_queryset(self) -> Any:
        """A paper of long standing has thousands, and its page shows the votes by day."""
        if not hasattr(self, "newest"):
            self.newest = super().get_queryset()[:SIGNALS_SHOWN]
        return self.newest


class SignalInline(ReadOnlyInline):
    model = Signal
    formset = NewestSignals
    verbose_name_plural = f"the newest {SIGNALS_SHOWN} observations of attention"
    fields = ["observed_at", "source", "kind", "count", "growth", "damped_growth"]
