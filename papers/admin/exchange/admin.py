from typing import Any

from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from import_export.admin import ExportMixin, ImportMixin
from import_export.forms import ExportForm

from papers.admin.exchange.form import ConfirmForm, FileForm
from papers.admin.exchange.formats import FORMATS
from papers.admin.exchange.held import InThePage
from papers.admin.log import log_changes

ROWS_SHOWN = 200


class Exchanged(ImportMixin, ExportMixin, admin.ModelAdmin):
    """Whoever may see the list may export it, and whoever may change it may import."""

    formats = FORMATS
    import_form_class = FileForm
    confirm_form_class = ConfirmForm
    export_form_class = ExportForm
    tmp_storage_class = InThePage
    to_encoding = "utf-8"
    import_template_name = "admin/exchange/import.html"
    export_template_name = "admin/exchange/export.html"
    import_export_change_list_template = "admin/exchange/change_list.html"
    actions = ["export_chosen"]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_context_data(self, **_: Any) -> dict[str, Any]:
        return {"rows_shown": f":{ROWS_SHOWN}", "most_shown": ROWS_SHOWN}

    def create_confirm_form(
        self, request: HttpRequest, import_form: FileForm | None = None
    ) -> ConfirmForm:
        form: ConfirmForm = super().create_confirm_form(request, import_form)
        if form.is_bound and not form.is_valid():
            raise SuspiciousOperation("This form is not as it was compared.")
        return form

    def add_data_read_fail_error_to_form(self, form: FileForm, e: Exception) -> None:
        if isinstance(e, UnicodeDecodeError):
            told = f"This is no text in UTF-8: byte {e.start + 1} does not fit."
        else:
            told = "This file cannot be read in the chosen format."
        form.add_error("import_file", f"{told} Save it again, and choose the format it has.")

    def generate_log_entries(self, result: Any, request: HttpRequest) -> None:
        changed = [row.instance for row in result if row.is_update()]
        log_changes(request, changed, "Changed by an imported file")

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        answer: HttpResponse = self._do_file_export(FORMATS[0](), request, queryset)
        return answer
