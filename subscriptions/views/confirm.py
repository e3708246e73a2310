from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from subscriptions import links, recognition, signup, wording
from subscriptions.links import Purpose, UnknownLink
from subscriptions.models import Subscriber
from subscriptions.views.personal import PersonalView


class Confirm(PersonalView):
    purpose = Purpose.CONFIRM

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        names = self.subscriber.topics.values_list("name", flat=True)
        return self.page(
            "confirm.html", schedule=wording.schedule(self.subscriber), topics=", ".join(names)
        )

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if not signup.confirm(self.subscriber, self.now):
            return self._too_late(request)
        welcome = links.path(Purpose.PREFERENCES, self.subscriber, self.now, page="welcome")
        response = redirect(welcome)
        recognition.recognise(response, self.subscriber)
        return response

    def _too_late(self, request: HttpRequest) -> HttpResponse:
        """Confirmed before, or left, or just forgotten for never having confirmed."""
        try:
            self.subscriber.refresh_from_db()
        except Subscriber.DoesNotExist:
            raise UnknownLink from None
        return self.get(request)
