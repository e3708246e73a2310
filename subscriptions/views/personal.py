"""What the pages behind a personal link share."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from subscriptions import links, signup, wake
from subscriptions.links import ExpiredLink, Purpose, UnknownLink
from subscriptions.models import Subscriber


class PersonalView(View):
    """A page for the one whose link it is: 404 for any other, never cached, never indexed."""

    purpose: ClassVar[Purpose]
    subscriber: Subscriber
    now: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        try:
            self.subscriber = links.resolve(self.purpose, kwargs["token"], self.now)
            response = super().dispatch(request, *args, **kwargs)
        except UnknownLink:
            raise Http404 from None
        except ExpiredLink as expired:
            response = _too_old(request, expired.subscriber, self.now)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def page(self, template: str, **context: Any) -> HttpResponse:
        context |= {"subscriber": self.subscriber}
        return render(self.request, f"subscriptions/{template}", context)


def _too_old(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    """Offers a new link by a button; it goes to the subscriber's mailbox, whoever pressed."""
    if request.method == "POST":
        signup.ask_for_link(subscriber.email, now)
        transaction.on_commit(wake.notices)
    context = {"subscriber": subscriber, "asked": request.method == "POST"}
    return render(request, "subscriptions/expired.html", context, status=410)
