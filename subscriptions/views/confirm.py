from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from subscriptions import links, recognition, signup, wording
from subscriptions.links import Purpose
from subscriptions.views.personal import PersonalView


class Confirm(PersonalView):
    purpose = Purpose.CONFIRM

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self.page("confirm.html", schedule=wording.schedule(self.subscriber))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if not signup.confirm(self.subscriber, self.now):
            self.subscriber.refresh_from_db()
            return self.get(request)
        page = links.path(Purpose.PREFERENCES, self.subscriber, self.now)
        response = redirect(f"{page}?welcome")
        recognition.recognise(response, self.subscriber)
        return response
