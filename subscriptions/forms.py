"""What readers fill in. Values come out ready for signup and preferences."""

from typing import Any

from django import forms

from subscriptions import timing, zones
from subscriptions.fields import AddressField, TopicsForm
from subscriptions.models import Subscriber

Frequency = Subscriber.Frequency


def zone_field(**kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label="Time zone", max_length=64, validators=[timing.validate_zone], **kwargs
    )


class SubscribeForm(TopicsForm):
    email = AddressField(label="Email address")
    frequency = forms.ChoiceField(
        label="How often",
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        initial=Frequency.DAILY,
        required=False,
    )
    timezone = zone_field(
        widget=forms.Select(choices=zones.NEARBY),
        initial="UTC",
        required=False,
        help_text="Your digest comes at 07:00 there. You can change both later.",
    )

    def clean_frequency(self) -> str:
        return str(self.cleaned_data["frequency"] or Frequency.DAILY)

    def clean_timezone(self) -> str:
        return str(self.cleaned_data["timezone"] or "UTC")


class LinkForm(forms.Form):
    email = AddressField(label="Email address")


class PreferencesForm(TopicsForm):
    frequency = forms.ChoiceField(
        label="How often", choices=Frequency.choices, widget=forms.RadioSelect
    )
    weekday = forms.TypedChoiceField(
        label="Day, if once a week", choices=list(enumerate(timing.WEEKDAYS)), coerce=int
    )
    send_hour = forms.TypedChoiceField(
        label="Time", choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int
    )
    timezone = zone_field()
    paper_count = forms.IntegerField(
        label="Papers in a digest (3 to 25)", min_value=3, max_value=25
    )

    def __init__(self, subscriber: Subscriber, *args: Any, **kwargs: Any) -> None:
        chosen = [topic.code for topic in subscriber.topics.all()]
        first = [*chosen, *kwargs.pop("first", ())]
        fields = ["frequency", "weekday", "send_hour", "timezone", "paper_count"]
        initial = {name: getattr(subscriber, name) for name in fields}
        super().__init__(*args, first=first, initial=initial | {"topics": chosen}, **kwargs)
        self.fields["timezone"].widget = forms.Select(choices=zones.everywhere(subscriber.timezone))

    @property
    def choices(self) -> dict[str, Any]:
        """The cleaned values but for the topics."""
        return {name: value for name, value in self.cleaned_data.items() if name != "topics"}
