from typing import Any

from django import forms
from django.core import signing
from import_export.forms import ConfirmImportForm, ImportForm

MOST_BYTES = 1024 * 1024
MOST_ROWS = 1_000


class FileForm(ImportForm):
    """Works without scripts."""

    media = forms.Media()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["import_file"].help_text = (
            f"Text in UTF-8, at most 1 MB and {MOST_ROWS:,} rows. Columns that are not in the file "
            "stay as they are."
        )
        self.fields["format"].choices = self.fields["format"].choices[1:]  # without "---"
        for name in ("import_file", "format"):
            self.fields[name].widget.attrs.pop("class", None)

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("This file is larger than 1 MB. Import it in parts.")
        return file


class AsShown(forms.CharField):
    """Comes back from the page as the page had it."""

    widget = forms.HiddenInput
    signer = signing.Signer(salt="papers.admin.exchange.form")

    def prepare_value(self, value: Any) -> str:
        return self.signer.sign(value)

    def to_python(self, value: Any) -> str:
        try:
            return self.signer.unsign(value or "")
        except signing.BadSignature as error:
            raise forms.ValidationError("This is not what was compared.") from error


class ConfirmForm(ConfirmImportForm):
    """Sent by the button of the comparison; each list has one kind of rows."""

    format = AsShown()
    resource = None
