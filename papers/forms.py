"""What anybody may fill in on the papers' pages."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from papers.proposing import proposed_id

TRAP = {"autocomplete": "off", "tabindex": "-1"}


class SubmissionForm(forms.Form):
    paper = forms.CharField(
        label=_("arXiv id or link"),
        max_length=300,
        help_text=_("Such as 2401.01234 or https://arxiv.org/abs/2401.01234"),
        error_messages={"required": _("Please paste the paper’s arXiv id or a link to it.")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    note = forms.CharField(
        label=_("Why is it worth reading? (optional)"),
        max_length=500,
        required=False,
        help_text=_("Only our editors read this. Please leave out who you are."),
        widget=forms.Textarea({"rows": 4}),
    )
    website = forms.CharField(
        label=_("Please leave this empty: only robots fill it in"),
        required=False,
        widget=forms.TextInput(TRAP),
    )

    def clean_paper(self) -> str:
        return proposed_id(self.cleaned_data["paper"], timezone.now().date())

    @property
    def is_from_a_robot(self) -> bool:
        return bool(self.cleaned_data["website"])
