from itertools import islice
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from papers.importing.pasted import read

MOST_BYTES = 1024 * 1024
MOST_LINES = 10_000


class ImportForm(forms.ModelForm):
    """Pasted, or a file; its lines are in `cleaned_data["lines"]`."""

    text = forms.CharField(
        label="arXiv ids or links",
        required=False,
        widget=forms.Textarea({"rows": 12, "cols": 80, "spellcheck": "false"}),
        help_text="One a line, or several: 2401.01234, 2401.01234v2, links to abstracts or PDFs, "
        f"arXiv's DOIs, BibTeX. Up to {MOST_LINES:,} lines.",
    )
    file = forms.FileField(
        label="or a text file",
        required=False,
        widget=forms.FileInput({"accept": ".txt,.csv,.bib,text/plain"}),
        help_text="The same in a file, in UTF-8 and of at most 1 MB.",
    )

    def clean_file(self) -> str:
        """The text in it."""
        file = self.cleaned_data["file"]
        return _text_of(file) if isinstance(file, UploadedFile) else ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        texts = [text for text in (given["text"], given["file"]) if text.strip()]
        if len(texts) != 1:
            raise forms.ValidationError(
                "Paste the ids or choose a file, not both."
                if texts
                else "Paste at least one arXiv id or link, or choose a file that has some."
            )
        lines = len(texts[0].splitlines())
        if lines > MOST_LINES:
            raise forms.ValidationError(
                f"These are {lines:,} lines. Import at most {MOST_LINES:,} at a time."
            )
        given["lines"] = list(islice(read(texts[0], timezone.now().date()), MOST_LINES + 1))
        if len(given["lines"]) > MOST_LINES:
            raise forms.ValidationError(f"These are too many ids: import at most {MOST_LINES:,}.")
        if not given["lines"]:
            raise forms.ValidationError("There is no arXiv id in it, such as 2401.01234.")
        return given


def _text_of(file: UploadedFile) -> str:
    if (file.size or 0) > MOST_BYTES:
        raise forms.ValidationError("This file is larger than 1 MB. Split it, or paste its ids.")
    try:
        text: str = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise forms.ValidationError(
            f"This is no text in UTF-8: byte {error.start + 1} does not fit. "
            "Save it again as plain text in UTF-8."
        ) from error
    if "\0" in text:
        raise forms.ValidationError("This is no text file. Save it again as plain text in UTF-8.")
    return text
