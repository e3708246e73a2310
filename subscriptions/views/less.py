from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from subscriptions import leaving, links, pausing, wording
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from subscriptions.views.pause import next_digest
from subscriptions.views.personal import PersonalView


# The link itself is the permission, and browsers without cookies have it too.
@method_decorator(csrf_exempt, name="dispatch")
class Less(PersonalView):
    """What the page for unsubscribing offers instead: once a week, or a month without."""

    purpose = Purpose.LESS

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self._show("")

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        wish = request.POST.get("less", "")
        if wish == "weekly":
            leaving.once_a_week(self.subscriber, self.now)
        elif wish == "pause" and self.subscriber.state == Subscriber.State.ACTIVE:
            until = pausing.end("month", self.subscriber, self.now)
            pausing.pause(self.subscriber, until, self.now)
        self.subscriber.refresh_from_db()
        return self._show(wish)

    def _show(self, asked: str) -> HttpResponse:
        return self.page(
            "less.html",
            asked=asked,
            less_path=self.request.path,
            schedule=wording.schedule(self.subscriber),
            next_digest=next_digest(self.subscriber, self.now),
            unsubscribe_path=links.path(Purpose.UNSUBSCRIBE, self.subscriber, self.now),
        )
