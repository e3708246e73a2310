from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from papers.admin.confirmation import NoQuestion, confirmation, confirmed
from papers.admin.log import log_changes
from papers.admin.readonly import ReadOnlyAdmin
from subscriptions import addresses, events
from subscriptions.admin.outgoing import clock
from subscriptions.admin.page_acts import acts_of
from subscriptions.models import ProviderEvent

PROCESS_AGAIN = "process_again"
MOST_AT_ONCE = 1000
TOLD = (
    "What they ask for is done once more, and twice does nothing twice.",
    "Addresses that were held back because too many came in an hour are suppressed.",
)


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    """What providers told of our mails, the newest first."""

    change_form_template = "admin/subscriptions/with_acts.html"
    when_empty = "No provider has told of a mail yet. It does once its webhook is set up."
    list_display = ["received", "provider", "kind", "state", "outcome", "mail"]
    list_select_related = ["digest__subscriber", "notice__subscriber"]
    list_filter = ["state", "kind", "received_at"]  # a date hierarchy reads every row
    ordering = ["-received_at", "-pk"]
    sortable_by = ()
    search_fields = ["message_id"]
    search_help_text = "A whole Message-ID or a whole address"
    show_full_result_count = False
    actions = [PROCESS_AGAIN]
    fieldsets = [
        (None, {"fields": ("provider", "kind", "told", "message_id", "digest", "notice")}),
        ("What came of it", {"fields": ("state", "outcome")}),
        ("When", {"fields": ("happened_at", "received_at", "processed_at")}),
    ]

    def has_process_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.change_providerevent")

    def received(self, event: ProviderEvent) -> str | None:
        return clock(event.received_at)

    @admin.display(empty_value="not ours")
    def mail(self, event: ProviderEvent) -> str | None:
        mail = event.digest or event.notice
        return str(mail) if mail else None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        person = Q(address_hash=addresses.address_hash(term))
        return queryset.filter(person | Q(message_id__in=[term, f"<{term}>"])), False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["acts"] = acts_of(self, request, [PROCESS_AGAIN])
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description="Process again", permissions=["process"])
    def process_again(
        self, request: HttpRequest, queryset: QuerySet[ProviderEvent]
    ) -> HttpResponse | None:
        if not confirmed(request):
            return confirmation(self, request, queryset, "Process again?", NoQuestion(), TOLD)
        chosen = list(queryset.order_by("pk")[:MOST_AT_ONCE])
        ended = events.process_again(chosen, timezone.now())
        log_changes(request, chosen, "Processed again")
        told = ", ".join(f"{count} {state}" for state, count in ended.items()) or "nothing to do"
        self.message_user(
            request, f"Processed again: {len(chosen)} of {queryset.count()} ({told})."
        )
        return None
