"""What the pages behind a personal link share."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views import View

from subscriptions import links, signup, wake
from subscriptions.links import ExpiredLink, Purpose, UnknownLink
from subscriptions.models import Subscriber
from subscriptions.views.erased import unknown_once_erased

YOURS = ("preferences", "interests", "forecast", "pause", "my_data")
A_MOMENT = timedelta(seconds=30)  # within which a second click belongs to the first


class PersonalView(View):
    """A page for the one whose link it is: 404 for any other, never cached, never indexed.

    It speaks the subscriber's language, whatever the browser asks for.
    """

    purpose: ClassVar[Purpose]
    subscriber: Subscriber
    now: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        try:
            self.subscriber = links.resolve(self.purpose, kwargs["token"], self.now)
            language = translation.override(self.subscriber.language)
            with language, unknown_once_erased(self.subscriber):
                return _private(super().dispatch(request, *args, **kwargs))
        except UnknownLink:
            raise Http404 from None
        except ExpiredLink as expired:
            with translation.override(expired.subscriber.language):
                return _private(_too_old(request, expired.subscriber, self.now))

    def was_just_now(self, instant: datetime | None) -> bool:
        return instant is not None and self.now - instant < A_MOMENT

    def page(self, template: str, **context: Any) -> HttpResponse:
        """With `paths`, the reader's own pages by name, where this link opens them."""
        if self.purpose is Purpose.PREFERENCES:
            context["paths"] = _paths(self.subscriber, self.now)
        context |= {"subscriber": self.subscriber}
        return render(self.request, f"subscriptions/{template}", context)


def _paths(subscriber: Subscriber, now: datetime) -> dict[str, str]:
    return {page: links.path(Purpose.PREFERENCES, subscriber, now, page=page) for page in YOURS}


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """In the language of this moment, which is the subscriber's."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = translation.get_language() or "en"
    return response


def _too_old(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    """Offers a new link by a button; it goes to the subscriber's mailbox, whoever pressed."""
    if request.method == "POST":
        signup.ask_for_link(subscriber.email, now)
        transaction.on_commit(wake.notices)
    context = {"subscriber": subscriber, "asked": request.method == "POST"}
    return render(request, "subscriptions/expired.html", context, status=410)
