"""Form fields of ours: an email address, and topics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.models import Topic
from papers.topic_names import local_name
from subscriptions import addresses, typos

LONGEST_ADDRESS = 254


class AddressField(forms.CharField):
    """An address that can be written to, tidied; see `addresses.checked`."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    default_error_messages = {"required": gettext_lazy("Please type your email address.")}

    def clean(self, value: Any) -> str:
        email = super().clean(value)
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(
                _("That is longer than an email address can be: %(count)d characters.")
                % {"count": LONGEST_ADDRESS}
            )
        address = _checked(email)
        if not address.rpartition("@")[0].isascii():
            raise ValidationError(
                _(
                    "Please use an address with plain letters before the @: most mail servers "
                    "cannot deliver to others yet."
                )
            )
        return address


def _checked(email: str) -> str:
    try:
        return addresses.checked(email)
    except ValidationError as error:
        # Throw-away services sit on mistyped names of the great providers.
        meant = typos.likely_meant(email.lower())
        if not _can_be_written_to(meant):
            raise
        question = _("Did you mean %(address)s? Please look at it once more.")
        raise ValidationError(question % {"address": meant}) from error


def _can_be_written_to(email: str) -> bool:
    try:
        return bool(email and addresses.checked(email))
    except ValidationError:
        return False


@dataclass(frozen=True, slots=True)
class Chip:
    """One topic to tick."""

    topic: Topic
    checked: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The topics of one field of science."""

    name: str
    chips: list[Chip]

    @property
    def has_checked(self) -> bool:
        return any(chip.checked for chip in self.chips)


class TopicsField(forms.MultipleChoiceField):
    """Any number of topics, posted by code, cleaned to their rows."""

    default_error_messages = {
        "invalid_choice": gettext_lazy(
            "There is no topic “%(value)s”. Please choose from the list."
        ),
    }

    def __init__(self, topics: Sequence[Topic], label: str) -> None:
        super().__init__(
            label=label,
            required=False,
            choices=[(topic.code, topic.local_name) for topic in topics],
            widget=forms.CheckboxSelectMultiple,
        )
        self.topics = {topic.code: topic for topic in topics}

    def clean(self, value: Any) -> list[Topic]:
        return [self.topics[code] for code in super().clean(value)]


class TopicsForm(forms.Form):
    """A form with topics: a few to begin with, all others below by group."""

    def __init__(self, *args: Any, first: Sequence[str] = (), **kwargs: Any) -> None:
        """`first` are the codes of the topics to begin with."""
        super().__init__(*args, **kwargs)
        self._first = list(dict.fromkeys(first))
        self._offered = list(Topic.objects.all())
        self.fields["topics"] = TopicsField(self._offered, _("Topics"))
        self.order_fields(["email", "topics"])

    @property
    def first_topics(self) -> list[Chip]:
        chips = {chip.topic.code: chip for chip in self._chips("topics")}
        return [chips[code] for code in self._first if code in chips]

    @property
    def other_topics(self) -> list[Group]:
        chips = self._chips("topics")
        return _grouped([chip for chip in chips if chip.topic.code not in self._first])

    @property
    def has_other_chosen(self) -> bool:
        return any(group.has_checked for group in self.other_topics)

    def _chips(self, field: str) -> list[Chip]:
        chosen = set(self[field].value() or [])
        return [Chip(topic, topic.code in chosen) for topic in self._offered]


class MutedTopicsForm(TopicsForm):
    """The same with muted topics: the chosen ones first, all by group."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["muted_topics"] = TopicsField(self._offered, _("Muted topics"))
        self.order_fields(["topics", "muted_topics"])

    @property
    def muted_groups(self) -> list[Group]:
        return _grouped(self._chips("muted_topics"))

    @property
    def muted_count(self) -> int:
        return sum(chip.checked for chip in self._chips("muted_topics"))


def _grouped(chips: Iterable[Chip]) -> list[Group]:
    groups = groupby(chips, lambda chip: chip.topic.group)
    return [Group(local_name(name), list(of_group)) for name, of_group in groups]
