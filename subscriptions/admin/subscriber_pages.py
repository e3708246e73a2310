from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from papers.admin.log import log_sight
from papers.admin.numbered import row_number
from subscriptions import holdings, timeline, whereabouts
from subscriptions.admin import why
from subscriptions.admin.linked import linked
from subscriptions.admin.page_acts import acts_of
from subscriptions.models import Subscriber

VIEW_ADDRESS = "subscriptions.view_address"
LATEST = 10  # entries on the page of a subscriber
PAGE_SIZE = 50
PAGES = 100


class SubscriberPages(admin.ModelAdmin):
    """What is told of one subscriber: all that happened, why they get which papers; the address."""

    change_form_template = "admin/subscriptions/subscriber.html"

    def get_urls(self) -> list[URLPattern]:
        views = {
            "timeline": require_GET(self.timeline_view),
            "why": require_GET(self.why_view),
            "address": require_POST(self.address_view),
            "data": require_POST(self.data_view),
        }
        guarded = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name}/", guarded(view), name=f"subscriptions_subscriber_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        subscriber, now = kwargs["obj"], timezone.now()
        context |= {
            "today": whereabouts.of_todays_digest(subscriber, now),
            "timeline": linked(timeline.of_subscriber(subscriber, (), LATEST)),
            "acts": acts_of(self, request, self.actions or ()),
            "may_see_address": request.user.has_perm(VIEW_ADDRESS),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def timeline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        subscriber = self._subscriber(request, pk)
        kinds = [kind for kind in request.GET.getlist("kind") if kind in timeline.KINDS]
        number = _page_number(request.GET.get("page", ""))
        entries = timeline.of_subscriber(subscriber, kinds, number * PAGE_SIZE + 1)
        context = {
            "today": whereabouts.of_todays_digest(subscriber, timezone.now()),
            "timeline": linked(entries[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]),
            "kinds": [(kind, name, kind in kinds) for kind, name in timeline.KINDS.items()],
            **_around(kinds, number, len(entries)),
        }
        return self._page(request, subscriber, "timeline", "What happened", context)

    def why_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        subscriber = self._subscriber(request, pk)
        context = why.of_subscriber(subscriber, request.GET.get("date", ""), timezone.now())
        return self._page(request, subscriber, "why", "Why these papers", context)

    def address_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shown by this answer alone; who looked is kept."""
        subscriber = self._subscriber(request, pk, VIEW_ADDRESS)
        log_sight(request, subscriber)
        return self._page(request, subscriber, "address", "The address", {})

    def data_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Everything that is held, as its reader gets it: the address is in it."""
        subscriber = self._subscriber(request, pk, VIEW_ADDRESS)
        log_sight(request, subscriber)
        name = f"subscriber-{pk}.json"
        return StreamingHttpResponse(
            holdings.as_json(subscriber),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _subscriber(self, request: HttpRequest, pk: int, *rights: str) -> Subscriber:
        """The right comes first: without it nobody learns which numbers there are."""
        if not (self.has_view_permission(request) and request.user.has_perms(rights)):
            raise PermissionDenied
        subscriber = Subscriber.objects.filter(pk=pk).first()
        if subscriber is None:
            raise Http404
        return subscriber

    def _page(
        self,
        request: HttpRequest,
        subscriber: Subscriber,
        template: str,
        title: str,
        context: dict[str, Any],
    ) -> HttpResponse:
        context |= {
            **self.admin_site.each_context(request),
            "opts": Subscriber._meta,  # noqa: SLF001  # Django's own name
            "original": subscriber,
            "title": title,
        }
        return TemplateResponse(request, f"admin/subscriptions/{template}.html", context)


def _page_number(text: str) -> int:
    return min(max(row_number(text) or 1, 1), PAGES)


def _around(kinds: list[str], number: int, found: int) -> dict[str, str]:
    """The queries of the pages before and after; "" where there is none."""
    chosen = "".join(f"&kind={kind}" for kind in kinds)
    older = found > number * PAGE_SIZE and number < PAGES
    return {
        "newer": f"?page={number - 1}{chosen}" if number > 1 else "",
        "older": f"?page={number + 1}{chosen}" if older else "",
    }
