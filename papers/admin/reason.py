from django import forms


class ReasonForm(forms.Form):
    """Asked before papers are hidden, or proposals declined."""

    reason = forms.CharField(
        max_length=200,
        help_text="For your colleagues, and for the authors if they ask.",
        widget=forms.TextInput({"size": 60}),
    )
