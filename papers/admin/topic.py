from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from papers.admin.conflicts import NotOverwritten
from papers.admin.exchange.admin import Exchanged
from papers.admin.exchange.rows import ChangedRows
from papers.models import Topic


class NameForm(forms.ModelForm):
    """One row of the list: each box says whose name it holds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["aria-label"] = f"Name of {self.instance.code}"
        self.fields["name"].help_text = ""


class TopicResource(ChangedRows):
    """Names by code; the rest of the taxonomy is arXiv's."""

    missing = "There is no topic with this code. `manage.py migrate` keeps the taxonomy."

    class Meta:
        model = Topic
        import_id_fields = ["code"]
        fields = export_order = import_order = ["code", "name"]
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False
        use_transactions = True


@admin.register(Topic)
class TopicAdmin(NotOverwritten, Exchanged):
    resource_classes = [TopicResource]
    list_display = ["code", "name", "group", "papers"]
    list_editable = ["name"]
    list_filter = ["group"]
    list_per_page = 200
    search_fields = ["code", "name", "full_name", "group"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """`manage.py migrate` keeps the taxonomy."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        topics: QuerySet[Topic] = super().get_queryset(request)
        return topics.annotate(papers_here=Count("papers"))

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, form=NameForm, **kwargs)

    @admin.display(ordering="papers_here")
    def papers(self, topic: Any) -> int:
        return int(topic.papers_here)
