"""What a reader's choices come to: today's digest as it would be now, and the last two weeks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from subscriptions import framing, links, wording
from subscriptions.digests import pipeline
from subscriptions.emails.digest import Item, as_mail
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from subscriptions.views.coming import next_three
from subscriptions.views.pause import next_digest
from subscriptions.views.personal import PersonalView

State = Subscriber.State


@dataclass(frozen=True, slots=True)
class Day:
    """What would have been sent on it, or a sentence that says why nothing."""

    date: date
    items: tuple[Item, ...]
    why_none: str


class Forecast(PersonalView):
    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        subscriber, now = self.subscriber, self.now
        outlook = pipeline.outlook(subscriber, now)
        days = list(_days(outlook.days))
        return self.page(
            "forecast.html",
            digest=outlook.digest if outlook.digest and outlook.digest.items else None,
            sandbox=framing.SANDBOX,
            frame=links.path(Purpose.PREFERENCES, subscriber, now, page="forecast_mail"),
            schedule=wording.schedule(subscriber),
            resumes=next_digest(subscriber, now),
            next_three=next_three(subscriber, now) if subscriber.state == State.ACTIVE else [],
            days=days,
            opened=next((day.date for day in days if day.items), None),
        )


class ForecastMail(PersonalView):
    """The frame's content."""

    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # as above
        try:
            digest = pipeline.preview(self.subscriber, self.now)
        except pipeline.NoEdition:
            raise Http404 from None
        if not digest.items:
            raise Http404
        mail = as_mail(digest)
        text = "subscriptions/_text_mail.html"
        return framing.in_a_frame(mail.html or render_to_string(text, {"mail": mail}))


def _days(forecasts: Iterable[pipeline.Forecast]) -> Iterable[Day]:
    """The newest day first."""
    why_none = {
        "quiet day": _("Nothing: too few papers fitted, and you want none on such days."),
        "empty": _("Nothing: there was no new paper for you."),
        "no edition": _("Nothing: there was no edition."),
    }
    for told in sorted(forecasts, key=lambda each: each.date, reverse=True):
        items = told.content.items if told.content else ()
        yield Day(told.date, items, why_none.get(told.reason, _("Nothing.")))
