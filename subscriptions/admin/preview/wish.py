from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from papers.admin.numbered import row_number
from papers.choosing import chosen_topics
from papers.models import Edition, Topic
from subscriptions.framing import THEMES
from subscriptions.models import Subscriber

WIDTHS = {"600": "600, as on a desk", "375": "375, as on a phone"}


class WishForm(forms.Form):
    """Everything has a default: an empty form is everybody's digest."""

    reader = forms.CharField(
        required=False,
        max_length=254,
        help_text="A subscriber's whole address, or number. Empty: somebody made up.",
    )
    topics = forms.CharField(
        required=False,
        max_length=2000,
        help_text="For somebody made up: such as cs.CV, cs.LG. Empty: all topics.",
    )
    papers = forms.IntegerField(
        required=False, min_value=3, max_value=25, help_text="For somebody made up: 10."
    )
    language = forms.ChoiceField(
        required=False, choices=settings.LANGUAGES, help_text="For somebody made up."
    )
    width = forms.ChoiceField(required=False, choices=WIDTHS.items())
    theme = forms.ChoiceField(
        required=False, choices=[("", "as mine"), *((name, name) for name in THEMES)]
    )
    edition = forms.ModelChoiceField(
        Edition.objects.none(), required=False, empty_label="the one that readers see"
    )

    def __init__(self, data: Any, *, coming: Edition | None, may_see_readers: bool) -> None:
        super().__init__(data)
        if coming:
            self.fields["edition"].queryset = Edition.objects.filter(pk=coming.pk)  # type: ignore[attr-defined]  # of this field alone
        else:
            del self.fields["edition"]
        if not may_see_readers:
            del self.fields["reader"]

    def clean_reader(self) -> Subscriber | None:
        typed = str(self.cleaned_data["reader"]).strip()
        if not typed:
            return None
        found = Subscriber.objects.with_address(typed)
        if number := row_number(typed):
            found = Subscriber.objects.filter(pk=number)
        if subscriber := found.first():
            return subscriber
        raise ValidationError("There is no such subscriber. Is the address whole?")

    def clean_topics(self) -> list[Topic]:
        try:
            codes = chosen_topics(
                filter(None, map(str.strip, self.cleaned_data["topics"].split(",")))
            )
        except ValueError as error:
            raise ValidationError(f"{str(error).rstrip('.')}.") from error
        return [topic for topic in Topic.objects.all() if _is_one_of(topic.code, codes)]

    def clean(self) -> dict[str, Any]:
        wish = super().clean() or {}
        if wish.get("reader") and wish.get("topics"):
            self.add_error("topics", "A reader has topics already: leave one of the two empty.")
        return wish


def _is_one_of(code: str, chosen: tuple[str, ...]) -> bool:
    """Itself, or within a whole archive."""
    return code in chosen or code.partition(".")[0] in chosen
