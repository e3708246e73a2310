from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from papers import search
from papers.admin.conflicts import NotOverwritten
from papers.admin.editing import believe_editor
from papers.admin.exchange.admin import Exchanged
from papers.admin.paper.actions import PaperActions
from papers.admin.paper.columns import PaperColumns
from papers.admin.paper.exchange import PaperResource
from papers.admin.paper.form import TOLD_BY_SOURCES, AuthorshipInline, PaperForm, SignalInline
from papers.admin.paper.panels import PaperPanels
from papers.editions import unpin
from papers.models import Paper


@admin.register(Paper)
class PaperAdmin(NotOverwritten, Exchanged, PaperColumns, PaperActions, PaperPanels):
    form = PaperForm
    inlines = [AuthorshipInline, SignalInline]
    resource_classes = [PaperResource]
    import_export_change_list_template = "admin/papers/paper/change_list.html"
    actions = [*PaperActions.actions, "export_chosen"]  # type: ignore[assignment]  # both lists are of names
    filter_horizontal = ["topics"]
    fieldsets = [
        (
            None,
            {
                "fields": (
                    *(("title", "title_shown"), ("arxiv_id", "doi"), "abstract"),
                    *(("summary", "teaser_shown"), ("in_the_list", "in_a_mail")),
                )
            },
        ),
        ("Where it is shown", {"fields": ("status", "hidden_reason", "featured", "editions")}),
        ("Topics", {"fields": ("primary_topic", "topics")}),
        ("Attention", {"fields": ("worth", "votes_by_day", "votes_to_look_at")}),
        ("Dates", {"fields": ("published_on", "first_seen_at", "announced")}),
        ("Code", {"fields": ("has_code", "code_url", "project_url")}),
        (
            "From the sources",
            {
                "fields": (
                    *("version", "revised_on", "comment", "journal_ref"),
                    *("organization", "submitted_by", "ai_summary", "edited", "sources"),
                )
            },
        ),
    ]

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

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """A paper that is being added has no observations yet."""
        inlines = super().get_inline_instances(request, obj)
        return inlines if obj else [one for one in inlines if not isinstance(one, SignalInline)]
