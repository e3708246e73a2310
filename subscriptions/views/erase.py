from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from subscriptions import erasing, links, recognition
from subscriptions.links import Purpose
from subscriptions.views import typed
from subscriptions.views.personal import PersonalView


# The link itself is the permission, and browsers without cookies have it too.
@method_decorator(csrf_exempt, name="dispatch")
class Erase(PersonalView):
    """Once it is pressed, this link and every other one of theirs is unknown: 404."""

    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        here, now = self.subscriber, self.now
        return self.page(
            "erase.html",
            digests=here.digests.count(),
            my_data_path=links.path(Purpose.PREFERENCES, here, now, page="my_data"),
            unsubscribe_path=links.path(Purpose.UNSUBSCRIBE, here, now),
        )

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        somebody_else = recognition.recognised(request) not in {None, self.subscriber}
        erased = erasing.erase(self.subscriber, self.now, remember="remember" in request.POST)
        response = render(request, "subscriptions/erased.html", {"erased": erased})
        response.delete_cookie(typed.COOKIE, samesite="Lax")
        if not somebody_else:
            recognition.forget(response)
        return response
