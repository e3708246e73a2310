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
        names = [topic.local_name for topic in self.subscriber.topics]
        return self.page(
            "confirm.html", schedule=wording.schedule(self.subscriber), topics=", ".join(names)
        )

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if not signup.confirm(self.subscriber, self.now) and not self._just_now():
            return self.get(request)
        welcome = links.path(Purpose.PREFERENCES, self.subscriber, self.now, page="welcome")
        response = redirect(welcome)
        recognition.recognise(response, self.subscriber)
        return response

    def _just_now(self) -> bool:
        """By the first click of a double click; False if long ago, or if they have left since.

        Just forgotten for never having confirmed: the link is unknown.
        """
        try:
            self.subscriber.refresh_from_db()
        except Subscriber.DoesNotExist:
            raise UnknownLink from None
        here = self.subscriber.state == Subscriber.State.ACTIVE
        return here and self.was_just_now(self.subscriber.confirmed_at)
