from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from subscriptions import links, pausing, wording
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from subscriptions.timing import DAY, send_instant
from subscriptions.views.personal import PersonalView

LONGEST = timedelta(days=366)
LABELS: dict[str, str | Promise] = {
    "day": gettext_lazy("For a day"),
    "week": gettext_lazy("For a week"),
    "month": gettext_lazy("For a month"),
}


class UntilForm(forms.Form):
    """The day from which digests come again: after today, and within a year."""

    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("Digests come again from that day on."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Please choose a day."),
            "invalid": gettext_lazy(
                "That is not a day of the calendar. Please write it as in 2026-12-24."
            ),
        },
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = today + DAY, today + LONGEST
        bounds = {"min": self.first.isoformat(), "max": self.last.isoformat()}
        self.fields["until"].widget.attrs |= bounds

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.first:
            raise ValidationError(
                _("That day has come already. Please choose one after today."), code="past"
            )
        if until > self.last:
            raise ValidationError(
                _("A pause lasts a year at most: until %(last)s. To stop for good, unsubscribe."),
                code="far",
                params={"last": date_format(self.last, "DATE_FORMAT")},
            )
        return until


@dataclass(frozen=True, slots=True)
class Choice:
    """A length to pause for, and the day of the first digest after it."""

    length: str
    label: str | Promise
    back: str


# The link itself is the permission, and browsers without cookies have it too.
@method_decorator(csrf_exempt, name="dispatch")
class Pause(PersonalView):
    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self._show(UntilForm(self._today()))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if "resume" in request.POST:
            return self._resume()
        if request.POST.get("length") in pausing.LENGTHS:
            return self._pause(pausing.end(request.POST["length"], self.subscriber, self.now))
        form = UntilForm(self._today(), request.POST)
        return self._pause(form.cleaned_data["until"]) if form.is_valid() else self._show(form)

    def _pause(self, until: date) -> HttpResponse:
        pausing.pause(self.subscriber, until, self.now)
        return redirect(self.request.path)

    def _resume(self) -> HttpResponse:
        if pausing.resume(self.subscriber, self.now):
            messages.success(self.request, _("Your pause is over."))
        return redirect(self.request.path)

    def _show(self, form: UntilForm) -> HttpResponse:
        choices = [
            Choice(length, label, self._back(pausing.end(length, self.subscriber, self.now)))
            for length, label in LABELS.items()
        ]
        return self.page(
            "pause.html",
            form=form,
            choices=choices,
            next_digest=next_digest(self.subscriber, self.now),
            unsubscribe_path=links.path(Purpose.UNSUBSCRIBE, self.subscriber, self.now),
        )

    def _back(self, until: date) -> str:
        end = send_instant(until, 0, self.subscriber.zone)
        first = pausing.first_digest_after(end, self.subscriber)
        return date_format(first.astimezone(self.subscriber.zone), "MONTH_DAY_FORMAT")

    def _today(self) -> date:
        return self.now.astimezone(self.subscriber.zone).date()


def next_digest(subscriber: Subscriber, now: datetime) -> str:
    """In words, when the next one comes; "" where none will come by itself."""
    if subscriber.state == Subscriber.State.ACTIVE:
        due = subscriber.next_send_at or subscriber.next_send_after(now)
    elif subscriber.state == Subscriber.State.PAUSED and subscriber.paused_until:
        due = pausing.first_digest_after(max(subscriber.paused_until, now), subscriber)
    else:
        return ""
    return wording.moment(due, subscriber)
