"""Many addresses at once, from a file that is kept nowhere; and our hashes, back out."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from import_export import resources
from import_export.formats.base_formats import TextFormat
from import_export.results import Result
from tablib import Dataset

from papers.admin.exchange.admin import Exchanged
from papers.admin.exchange.form import ConfirmForm, FileForm
from papers.admin.log import log_changes
from subscriptions import suppressing
from subscriptions.models import Suppression

WRONG_LINES_SHOWN = 200


class Lines(TextFormat):  # type: ignore[misc]  # has no types
    """A line is a row, whatever its columns are."""

    def get_title(self) -> str:
        return "a line for each"

    def create_dataset(self, in_stream: str, **_: Any) -> Dataset:
        return Dataset(*[(line,) for line in in_stream.splitlines()], headers=["line"])

    def can_export(self) -> bool:
        return False


def question() -> dict[str, forms.Field]:
    """Asked of a whole file."""
    fields = forms.fields_for_model(Suppression, ["reason", "note"])
    return {name: field for name, field in fields.items() if field}


class ListForm(FileForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= question()
        only = [("0", "a line for each")]
        hidden = forms.HiddenInput()
        self.fields["format"] = forms.ChoiceField(choices=only, initial="0", widget=hidden)
        self.fields["import_file"].help_text = (
            "Text in UTF-8 with an address, or a hash that was exported here, at the beginning of "
            "each line; at most 1 MB. The file is kept nowhere."
        )


class ConfirmListForm(ConfirmForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= question()
        for name in question():
            self.fields[name].widget = forms.HiddenInput()


class SuppressionResource(resources.ModelResource):  # type: ignore[misc]  # as above
    class Meta:
        model = Suppression
        fields = ["address_hash", "reason", "note", "created_at"]

    def import_data(self, dataset: Dataset, *, dry_run: bool = False, **kwargs: Any) -> Result:
        """As a whole: 10,000 lines take a few statements for every 500."""
        result = Result()
        result.listing = suppressing.read_list(line for (line,) in dataset)
        if not dry_run:
            now = timezone.now()
            suppressing.suppress_all(result.listing.new, kwargs["reason"], now, kwargs["note"])
        return result


class ListImported(Exchanged):
    """Whoever may add one may add many."""

    resource_classes = [SuppressionResource]
    import_form_class = ListForm
    confirm_form_class = ConfirmListForm
    import_template_name = "admin/subscriptions/suppression_import.html"
    import_export_change_list_template = "admin/subscriptions/suppressions.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def get_import_formats(self) -> list[type[TextFormat]]:
        return [Lines]

    def get_import_context_data(self, **_: Any) -> dict[str, Any]:
        return {"lines_shown": f":{WRONG_LINES_SHOWN}", "most_shown": WRONG_LINES_SHOWN}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        given = import_form.cleaned_data if import_form else {}
        return told | {name: given[name] for name in question() if name in given}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        given = kwargs["form"].cleaned_data
        told: dict[str, Any] = super().get_import_data_kwargs(**kwargs)
        return told | {name: given[name] for name in question()}

    def generate_log_entries(self, result: Any, request: HttpRequest) -> None:
        for rows in suppressing.rows_of(result.listing.new):
            log_changes(request, rows, "Suppressed by a list")

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        listing = result.listing
        told = f"Suppressed: {len(listing.new)}. Suppressed already: {len(listing.known)}."
        self.message_user(request, told)
