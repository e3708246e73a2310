"""What readers fill in. Values come out ready for signup, preferences and interests."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.models import Topic
from papers.sources.own import library
from subscriptions import preferences, timing, wording, zones
from subscriptions.fields import AddressField, MutedTopicsForm, TopicsForm
from subscriptions.interests import keyword_key
from subscriptions.keywords import KeywordsField
from subscriptions.models import Subscriber

Frequency = Subscriber.Frequency

FEWEST_PAPERS, MOST_PAPERS = 3, 25
PLAIN = (  # the choices that stand in the subscriber's row under the same name
    "frequency",
    "weekday",
    "send_hour",
    "timezone",
    "paper_count",
    "mail_format",
    "quiet_days",
    "language",
    "learns_from_reads",
)


NO_ZONE = {"required": gettext_lazy("Please choose a time zone.")}


def zone_field(**kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        validators=[timing.validate_zone],
        **kwargs,
    )


def hour_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=gettext_lazy("Time"), choices=[(hour, hour) for hour in range(24)], coerce=int
    )


class SubscribeForm(TopicsForm):
    email = AddressField(label=gettext_lazy("Email address"))
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        initial=Frequency.DAILY,
        required=False,
    )
    timezone = zone_field(
        widget=forms.Select(choices=zones.NEARBY),
        initial="UTC",
        required=False,
        help_text=gettext_lazy("Your digest comes at 07:00 there. You can change both later."),
    )

    def clean_frequency(self) -> str:
        return str(self.cleaned_data["frequency"] or Frequency.DAILY)

    def clean_timezone(self) -> str:
        return str(self.cleaned_data["timezone"] or "UTC")


class LinkForm(forms.Form):
    email = AddressField(label=gettext_lazy("Email address"))


class PreferencesForm(MutedTopicsForm):
    keywords = KeywordsField(
        label=gettext_lazy("Keywords to follow"),
        help_text=gettext_lazy(
            "One a line. Papers in which the words of a line stand side by side, in title, "
            "abstract or summary, come higher. Hyphens make no difference."
        ),
    )
    muted_keywords = KeywordsField(
        label=gettext_lazy("Muted keywords"),
        help_text=gettext_lazy(
            "One a line. A paper in which the words of a line stand side by side, in title, "
            "abstract or summary, is never sent. Hyphens make no difference."
        ),
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=Frequency.choices, widget=forms.RadioSelect
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day, if once a week"), choices=list(WEEKDAYS.items()), coerce=int
    )
    send_hour = hour_field()
    timezone = zone_field(error_messages=NO_ZONE)
    paper_count = forms.IntegerField(
        label=gettext_lazy("Papers in a digest (3 to 25)"),
        min_value=FEWEST_PAPERS,
        max_value=MOST_PAPERS,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            gettext_lazy("Please type a number from 3 to 25."),
        ),
    )
    mail_format = forms.ChoiceField(
        label=gettext_lazy("Format of the mail"),
        choices=Subscriber.MailFormat.choices,
        widget=forms.RadioSelect,
    )
    quiet_days = forms.ChoiceField(
        label=gettext_lazy("On days when too few papers fit"),
        choices=Subscriber.QuietDays.choices,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail and of these pages"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    learns_from_reads = forms.BooleanField(
        label=gettext_lazy("Let papers that I open here teach my ranking"),
        help_text=gettext_lazy(
            "Where you are recognised, “Read the paper” and “PDF” on a paper’s page then keep the "
            "paper and the day; mails and the links in them keep nothing. Once you turn it off, "
            "nothing more is kept and nothing of it counts; what was kept you can delete below, "
            "under “See and change them”."
        ),
        required=False,
    )

    def __init__(self, subscriber: Subscriber, *args: Any, **kwargs: Any) -> None:
        initial = _initial(subscriber)
        first = [*initial["topics"], *kwargs.pop("first", ())]
        super().__init__(*args, first=first, initial=initial, **kwargs)
        _offer_clock(self, subscriber)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        both = [
            topic.local_name for topic in given.get("topics", ()) if topic in _muted_topics(given)
        ]
        if both:
            self.add_error("muted_topics", _in_both(both))
        muted = set(map(keyword_key, given.get("muted_keywords", ())))
        if twice := [word for word in given.get("keywords", ()) if keyword_key(word) in muted]:
            self.add_error("muted_keywords", _in_both(twice))
        return given

    @property
    def choices(self) -> dict[str, Any]:
        """The cleaned values that stand in the subscriber's row."""
        return {name: self.cleaned_data[name] for name in PLAIN}

    @property
    def muted_is_open(self) -> bool:
        return bool(self.muted_count or self["muted_topics"].errors)


class WelcomeForm(forms.Form):
    """The few choices that matter first; all others stay as they are."""

    keywords = KeywordsField(
        label=gettext_lazy("Keywords to follow"),
        help_text=gettext_lazy("One a line, such as “diffusion models”. You may leave it empty."),
    )
    send_hour = hour_field()
    timezone = zone_field(error_messages=NO_ZONE)

    def __init__(self, subscriber: Subscriber, data: Any = None) -> None:
        super().__init__(data, initial=_initial(subscriber))
        _offer_clock(self, subscriber)


class LikedForm(forms.Form):
    """A list of papers, pasted or as a file; what is typed is read by `papers.sources.own`."""

    papers = forms.CharField(
        label=gettext_lazy("Paste ids, links or a bibliography"),
        required=False,
        strip=False,
        max_length=library.LARGEST,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=gettext_lazy(
            "arXiv ids, DOIs or links, one a line; or BibTeX, RIS or CSL JSON, as Zotero and "
            "Semantic Scholar export them."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a file"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("Up to 2 MB and 2,000 papers."),
    )

    @property
    def data_given(self) -> bytes:
        """Of a valid form: the file where there is one."""
        file = self.cleaned_data["file"]
        if file is not None:
            return bytes(file.read(library.LARGEST + 1))
        return str(self.cleaned_data["papers"]).encode("utf-8", "replace")


def _initial(subscriber: Subscriber) -> dict[str, Any]:
    """What is chosen now, as forms show it."""
    chosen = preferences.wanted(subscriber)
    return {name: getattr(subscriber, name) for name in PLAIN} | {
        "timezone": subscriber.timezone if timing.is_zone(subscriber.timezone) else "",
        "topics": [topic.code for topic in chosen.topics],
        "muted_topics": [topic.code for topic in chosen.muted_topics],
        "keywords": "\n".join(chosen.keywords),
        "muted_keywords": "\n".join(chosen.muted_keywords),
    }


def _offer_clock(form: forms.Form, subscriber: Subscriber) -> None:
    """Every hour, and every zone: the subscriber's own too, unless it exists no longer."""
    hours = forms.Select(choices=[(hour, wording.hour(hour)) for hour in range(24)])
    choices: list[Any] = [*zones.everywhere(subscriber.timezone)]
    if not timing.is_zone(subscriber.timezone):
        choices.insert(0, ("", _("Please choose")))
    form.fields["send_hour"].widget = hours
    form.fields["timezone"].widget = forms.Select(choices=choices)


def _muted_topics(given: dict[str, Any]) -> list[Topic]:
    return list(given.get("muted_topics", ()))


def _in_both(names: list[str]) -> ValidationError:
    sentence = _("%(names)s: you chose this to follow and to mute. Please keep one of the two.")
    return ValidationError(sentence % {"names": ", ".join(names[:5])})
