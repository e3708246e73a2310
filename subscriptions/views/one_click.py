from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from subscriptions import leaving, links, wake
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from subscriptions.views.pause import next_digest
from subscriptions.views.personal import PersonalView

State = Subscriber.State


# Mail clients POST here without a cookie (RFC 8058); the link itself is the permission.
@method_decorator(csrf_exempt, name="dispatch")
class Unsubscribe(PersonalView):
    """One POST does it, whatever its body; `?page` in the address asks for a page in return."""

    purpose = Purpose.UNSUBSCRIBE

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        here = self.subscriber.state in {State.ACTIVE, State.PAUSED}
        return self.page(
            "unsubscribe.html",
            less_path=links.path(Purpose.LESS, self.subscriber, self.now) if here else "",
            next_digest=next_digest(self.subscriber, self.now),
        )

    def post(self, request: HttpRequest, **_: Any) -> HttpResponseBase:
        leaving.unsubscribe(self.subscriber, self.now)
        transaction.on_commit(wake.notices)
        if "page" not in request.GET:
            return HttpResponse("You are unsubscribed.\n", content_type="text/plain")
        self.subscriber.refresh_from_db()
        # An undo only for who has just left: a forwarded mail must not bring anybody back.
        if self.was_just_now(self.subscriber.unsubscribed_at):
            goodbye = links.path(Purpose.UNDO, self.subscriber, self.now, page="why_left")
            return redirect(goodbye)
        return self.page("unsubscribed.html")
