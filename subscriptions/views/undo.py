from typing import Any

from django.http import HttpRequest, HttpResponse

from subscriptions import leaving, wording
from subscriptions.links import Purpose
from subscriptions.views.personal import PersonalView


class Undo(PersonalView):
    purpose = Purpose.UNDO

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self.page("undo.html", schedule=wording.schedule(self.subscriber))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        leaving.undo(self.subscriber, self.now)
        self.subscriber.refresh_from_db()
        return self.get(request)
