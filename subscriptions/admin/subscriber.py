from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from papers.admin.numbered import row_number
from subscriptions import preferences
from subscriptions.admin.outgoing import clock
from subscriptions.admin.subscriber_acts import SubscriberActs
from subscriptions.admin.subscriber_pages import SubscriberPages
from subscriptions.models import Interest, Subscriber

WISHES = [*preferences.SCHEDULE, "paper_count"]


class InterestInline(admin.TabularInline):
    """To be seen and taken away: what somebody cares about is for them alone to say."""

    model = Interest
    verbose_name_plural = "interests; no topic means all topics"
    fields = readonly_fields = ("interest", "muted", "origin", "created_at")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interest]:
        interests: QuerySet[Interest] = super().get_queryset(request)
        return interests.select_related("topic", "author", "paper", "subscriber")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def interest(self, interest: Interest) -> str:
        return str(interest)


class InterestCounts(ChangeList):
    """Counted for the rows of one page: one query more."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        interests = Interest.objects.filter(subscriber__in=[row.pk for row in self.result_list])
        rows = interests.order_by().values_list("subscriber").annotate(Count("pk"))
        counts = dict(rows)
        for row in self.result_list:
            row.interest_count = counts.get(row.pk, 0)


@admin.register(Subscriber)
class SubscriberAdmin(SubscriberActs, SubscriberPages):
    """Nobody is added here: every address confirms by itself. None is shown, but on request."""

    inlines = [InterestInline]
    when_empty = "Nobody has subscribed yet."
    list_display = [
        "masked",
        "state",
        *("timezone", "send_hour", "frequency"),
        *("next_send", "interest_count", "asked"),
    ]
    list_filter = ["state", "frequency", "left_because"]
    search_fields = ["address_hash"]
    search_help_text = "A whole address, as it was given, or a number such as 17"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count all rows
    sortable_by = ()
    list_per_page = 50
    readonly_fields = [
        "masked",
        "state",
        "next_send",
        "paused_until",
        "created_at",
        "confirmed_at",
        "unsubscribed_at",
        "left_because",
    ]
    fields = [*readonly_fields, *WISHES]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """By the whole address, so that a person is found without addresses being browsed."""
        term = search_term.strip()
        if number := row_number(term):
            return queryset.filter(pk=number), False
        return queryset.with_address(term) if term else queryset, False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """By the list's own filters alone: ?email__startswith=a would spell addresses out."""
        return lookup.partition("__")[0] in self.list_filter

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return InterestCounts

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Subscriber,
        form: ModelForm,
        change: bool,  # noqa: FBT001  # Django's call
    ) -> None:
        """Only what was changed is written: the tick moves the same row on."""
        changed = list(form.changed_data)
        if set(changed) & set(preferences.SCHEDULE):
            obj.next_send_at = preferences.next_digest_at(obj, timezone.now())
            changed.append("next_send_at")
        obj.save(update_fields=changed)

    @admin.display(description="address")
    def masked(self, subscriber: Subscriber) -> str:
        return str(subscriber)

    @admin.display(description="interests")
    def interest_count(self, subscriber: Any) -> int:
        return int(subscriber.interest_count)

    @admin.display(description="asked for")
    def asked(self, subscriber: Subscriber) -> str | None:
        return clock(subscriber.created_at)

    @admin.display(description="next digest", empty_value="none")
    def next_send(self, subscriber: Subscriber) -> str | None:
        at = subscriber.next_send_at
        if at is None or subscriber.state != Subscriber.State.ACTIVE:
            return None
        there = at.astimezone(subscriber.zone)
        return f"{there:%Y-%m-%d %H:%M} there, {at:%H:%M} UTC"
