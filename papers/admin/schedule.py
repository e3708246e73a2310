from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join

from papers.admin.log import log_changes
from papers.models import ScheduledIngest

NOT_YET = "not yet"


class ScheduleForm(forms.ModelForm):
    def clean_watermark(self) -> str:
        watermark = str(self.cleaned_data["watermark"]).strip()
        try:
            if watermark:
                date.fromisoformat(watermark[:10])
        except ValueError as error:
            raise forms.ValidationError(
                "Expected a day such as 2026-07-31, or nothing to begin anew."
            ) from error
        return watermark


@admin.register(ScheduledIngest)
class ScheduledIngestAdmin(admin.ModelAdmin):
    form = ScheduleForm
    list_display = ["source", "enabled", "succeeded", "due", "brought", "failures", "last_error"]
    facts = ["succeeded", "brought", "problems", "failures", "last_error", "failed"]
    fields = ["enabled", "next_at", "watermark", *facts]
    readonly_fields = facts
    actions = ["ask"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """`manage.py migrate` makes a row for each source."""
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: ScheduledIngest | None = None
    ) -> bool:
        """One that must not be asked is switched off."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: ScheduledIngest,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001  # Django's call
    ) -> None:
        """Only what was typed is written: a process may be reading the source meanwhile."""
        changed = list(form.changed_data)
        if "watermark" in changed:
            obj.cursor = ""  # which belongs to a reading up from the watermark before
            changed.append("cursor")
        obj.save(update_fields=changed)

    @admin.display(description="last success", ordering="last_success_at", empty_value=NOT_YET)
    def succeeded(self, row: ScheduledIngest) -> str | None:
        return _ago(row.last_success_at)

    @admin.display(description="next time", ordering="next_at")
    def due(self, row: ScheduledIngest) -> str:
        if not row.enabled:
            return "never: not enabled"
        if not settings.INGEST_SCHEDULED:
            return "never: INGEST_SCHEDULED is false"
        if row.next_at is None or row.next_at <= timezone.now():
            return "at the next tick"
        return str(naturaltime(row.next_at))

    @admin.display(description="last report", empty_value=NOT_YET)
    def brought(self, row: ScheduledIngest) -> str | None:
        report = row.last_report
        if not report:
            return None
        counts = f"read {report['read']}, created {report['created']}"
        notes = "; ".join(report["notes"])
        return f"{counts} ({notes})" if notes else counts

    @admin.display(description="its problems", empty_value="none")
    def problems(self, row: ScheduledIngest) -> str | None:
        told = row.last_report.get("problems", [])
        more = row.last_report.get("problem_count", 0) - len(told)
        lines = [*told, f"… and {more} more"] if more else told
        return format_html_join("\n", "<p>{}</p>", ((line,) for line in lines)) or None

    @admin.display(description="failed", empty_value="-")
    def failed(self, row: ScheduledIngest) -> str | None:
        return _ago(row.last_error_at)

    @admin.action(description="Ask at the next tick", permissions=["change"])
    def ask(self, request: HttpRequest, queryset: QuerySet[ScheduledIngest]) -> None:
        rows = list(queryset)
        queryset.update(next_at=None)
        log_changes(request, rows, "Asked for at the next tick")
        self.message_user(request, f"Will be asked at the next tick. Sources: {len(rows)}.")


def _ago(moment: Any) -> str | None:
    return str(naturaltime(moment)) if moment else None
