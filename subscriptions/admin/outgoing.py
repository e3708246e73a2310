from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from papers.admin.numbered import row_number
from papers.admin.readonly import ReadOnlyAdmin
from subscriptions import timeline
from subscriptions.admin.linked import linked
from subscriptions.models import Outgoing, Subscriber


class OutgoingAdmin(ReadOnlyAdmin):
    """What digests and notices have in common: where each mail stands, the newest first."""

    change_form_template = "admin/subscriptions/outgoing.html"
    list_select_related = ["subscriber"]
    ordering = ["-pk"]  # the one order that needs no other index at any number of rows
    sortable_by = ()
    list_per_page = 50
    search_fields = ["message_id"]
    search_help_text = "A whole Message-ID, a whole address, or a number such as 17"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count all rows
    standing = ("state", "reason", "attempts", "message_id")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if number := row_number(term):
            return queryset.filter(pk=number), False
        # the reader first: one table's indexes serve this OR, those of two do not
        readers = list(_readers(request, term))
        mail = Q(message_id__in=[term, f"<{term}>"])
        return queryset.filter(Q(subscriber__in=readers) | mail), False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= self.facts(request, kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

    def facts(self, request: HttpRequest, mail: Any) -> dict[str, Any]:
        """What the page of one mail shows besides its columns."""
        return {"timeline": linked(timeline.of_mail(mail))}

    @admin.display(description="left", empty_value="-")
    def left(self, mail: Outgoing) -> str | None:
        return clock(mail.sent_at)


def _readers(request: HttpRequest, address: str) -> QuerySet[Subscriber, int]:
    """Who has that address; nobody for those who may not know who reads."""
    found = Subscriber.objects.with_address(address).values_list("pk", flat=True)
    return found if request.user.has_perm("subscriptions.view_subscriber") else found.none()


def clock(at: datetime | None) -> str | None:
    """As short as a column wants it."""
    return f"{at:%Y-%m-%d %H:%M}" if at else None
