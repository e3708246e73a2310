from typing import Any

from django.db.models import QuerySet
from import_export.fields import Field

from papers import search
from papers.admin.editing import believe_editor
from papers.admin.exchange.rows import ChangedRows, TopicsWidget, TopicWidget
from papers.admin.paper.form import TOLD_BY_SOURCES
from papers.editions import unpin
from papers.models import Paper


class PaperResource(ChangedRows):
    """Papers by their arXiv id. What a file changes is believed as if it had been typed."""

    missing = "There is no paper with this arXiv id here. Import it by its id first."
    primary_topic = Field("primary_topic", "primary_topic", widget=TopicWidget())
    topics = Field("topics", "topics", widget=TopicsWidget(), m2m_add=False)

    class Meta:
        model = Paper
        import_id_fields = ["arxiv_id"]
        fields = [
            *("arxiv_id", "doi", "title", "summary", "primary_topic", "topics", "published_on"),
            *("has_code", "code_url", "project_url", "status", "hidden_reason", "featured"),
        ]
        export_order = import_order = fields
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False
        use_transactions = True

    def filter_export(self, queryset: QuerySet[Paper], **_: Any) -> QuerySet[Paper]:
        whole = queryset.defer(None)  # the list leaves long texts out
        return whole.select_related("primary_topic").prefetch_related("topics")

    def import_instance(self, instance: Paper, row: Any, **kwargs: Any) -> None:
        before = self._values(instance)
        super().import_instance(instance, row, **kwargs)
        instance.doi = instance.doi or None  # as it is stored
        changed = {name for name, value in self._values(instance).items() if before[name] != value}
        if "topics" in row and str(row["topics"] or "").split() != before["topics"].split():
            changed.add("topics")
        believe_editor(instance, TOLD_BY_SOURCES & changed)

    def after_save_instance(self, instance: Paper, row: Any, **_: Any) -> None:
        if not instance.featured:
            unpin([instance])

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        super().after_import(dataset, result, **kwargs)
        search.index(row.object_id for row in result if row.is_update())

    def _values(self, paper: Paper) -> dict[str, str]:
        return {field.column_name: str(field.export(paper)) for field in self.get_import_fields()}
