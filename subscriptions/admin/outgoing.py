from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from papers.admin.readonly import ReadOnlyAdmin
from subscriptions import addresses


class OutgoingAdmin(ReadOnlyAdmin):
    """What digests and notices have in common: where each mail stands."""

    list_select_related = ["subscriber"]
    search_fields = ["message_id"]
    search_help_text = "A whole Message-ID or a whole address"
    show_full_result_count = False
    standing = ("state", "reason", "attempts", "message_id")
    timeline = ("created_at", "next_attempt_at", "sending_at", "sent_at", "not_after")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        person = Q(subscriber__address_hash=addresses.address_hash(term))
        mail = Q(message_id__in=[term, f"<{term}>"])
        return queryset.filter(person | mail), False
