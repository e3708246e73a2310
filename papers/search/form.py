"""The search form: from the address of a search to a query."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from papers.models import Topic
from papers.search.query import LONGEST_QUERY, Filters, Query, parse


class DayInput(forms.DateInput):
    input_type = "date"


class SearchForm(forms.Form):
    """Nothing is required; an address with an odd day or topic is told so."""

    q = forms.CharField(
        label=_("Words, a name, an arXiv id or a DOI"),
        required=False,
        widget=forms.TextInput({"type": "search", "maxlength": LONGEST_QUERY}),
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Topic.objects.all(),
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": _("There is no such topic; choose one of the list.")},
    )
    author = forms.CharField(
        label=_("Author"), required=False, widget=forms.TextInput({"type": "search"})
    )
    since = forms.DateField(label=_("Published from"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Published until"), required=False, widget=DayInput)
    code = forms.BooleanField(label=_("With code"), required=False)

    def __init__(self, asked: QueryDict) -> None:
        # an address is anybody's: what no form sends must not be an error
        text = {name: asked.get(name, "").replace("\0", " ") for name in self.base_fields}
        text["q"] = text["q"][: LONGEST_QUERY + 1]
        super().__init__(text, auto_id="%s")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day must not be before the one to search from."))
        return given

    @property
    def query(self) -> Query:
        """Of a valid form."""
        given = self.cleaned_data
        filters = Filters(
            topic=given["topic"],
            author=given["author"],
            has_code=given["code"],
            since=given["since"],
            until=given["until"],
        )
        return parse(given["q"], filters)
