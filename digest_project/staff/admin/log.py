from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join

from digest_project.staff.audit import WATCHED
from papers.admin.log import who
from papers.admin.numbered import row_number
from papers.admin.readonly import ReadOnlyAdmin

admin.site.unregister(LogEntry)

SHOWN = 200  # of a text that was changed
EMPTY = {"", "None", "[]", "{}"}


class KindFilter(admin.SimpleListFilter):
    title = "kind of row"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = ContentType.objects.get_for_models(*WATCHED)
        names = [(str(kind.pk), kind.name) for kind in kinds.values()]
        return sorted(names, key=lambda name: name[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = row_number(self.value() or "")
        return queryset if wanted is None else queryset.filter(content_type=wanted)


@admin.register(LogEntry)
class AuditLogAdmin(ReadOnlyAdmin):
    """What staff did. Nobody changes or deletes an entry; `purge` forgets the old ones."""

    when_empty = "Nobody has changed anything yet."
    list_display = ["at", "by", "action", "kind", "of_row", "what"]
    list_select_related = ["actor", "content_type"]
    list_filter = ["action", KindFilter, ("actor", admin.RelatedOnlyFieldListFilter)]
    date_hierarchy = "timestamp"
    ordering = ["-timestamp", "-pk"]
    show_full_result_count = False
    fields = readonly_fields = ("at", "by", "action", "kind", "row", "what")

    @admin.display(description="by", ordering="actor", empty_value="-")
    def by(self, entry: Any) -> str | None:
        return who(entry) or None

    @admin.display(description="kind of row", ordering="content_type")
    def kind(self, entry: Any) -> str:
        return str(entry.content_type.name)

    @admin.display(description="what", empty_value="")
    def what(self, entry: Any) -> str | None:
        told = (entry.additional_data or {}).get("told")
        lines = [told] if told else _lines(entry)
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines)) or None

    @admin.display(description="at, in UTC", ordering="timestamp")
    def at(self, entry: Any) -> str:
        return f"{entry.timestamp:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="row", ordering="object_repr")
    def of_row(self, entry: Any) -> str:
        return str(entry.object_repr)

    @admin.display(description="row")
    def row(self, entry: Any) -> str:
        kind = entry.content_type
        try:
            url = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[entry.object_pk])
        except NoReverseMatch:
            return str(entry.object_repr)
        return format_html('<a href="{}">{}</a>', url, entry.object_repr)


def _lines(entry: Any) -> list[str]:
    """From what to what; of a new row, what it holds."""
    changes = sorted(entry.changes_dict.items())
    if entry.action == LogEntry.Action.DELETE:
        return []
    if entry.action == LogEntry.Action.CREATE:
        return [f"{field}: {_short(new)}" for field, (_, new) in changes if new not in EMPTY]
    return [_line(field, change) for field, change in changes]


def _line(field: str, change: Any) -> str:
    if isinstance(change, dict):  # of many-to-many fields
        return f"{field}: {change['operation']} {', '.join(change['objects'])}"
    before, after = map(_short, change)
    return f"{field}: {before} → {after}"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
