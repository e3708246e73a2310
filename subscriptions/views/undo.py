from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from subscriptions import leaving, wording
from subscriptions.links import Purpose
from subscriptions.views.pause import next_digest
from subscriptions.views.personal import PersonalView


# The link itself is the permission, and browsers without cookies have it too.
@method_decorator(csrf_exempt, name="dispatch")
class Undo(PersonalView):
    purpose = Purpose.UNDO

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self.page(
            "undo.html",
            schedule=wording.schedule(self.subscriber),
            next_digest=next_digest(self.subscriber, self.now),
        )

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        leaving.undo(self.subscriber, self.now)
        self.subscriber.refresh_from_db()
        return self.get(request)
