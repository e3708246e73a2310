import logging
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from papers.admin.confirmation import NoQuestion, confirmation, confirmed
from papers.admin.log import log_changes
from subscriptions import leaving, preferences
from subscriptions.models import Interest, Subscriber

logger = logging.getLogger(__name__)
VIEW_ADDRESS = "subscriptions.view_address"
WISHES = [*preferences.SCHEDULE, "paper_count"]


class InterestInline(admin.TabularInline):
    model = Interest
    extra = 0
    verbose_name_plural = "interests; none means all topics"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interest]:
        interests: QuerySet[Interest] = super().get_queryset(request)
        return interests.select_related("topic", "subscriber")


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    """Nobody is added here: every address confirms by itself."""

    inlines = [InterestInline]
    list_filter = ["state", "frequency", "left_because"]
    search_fields = ["address_hash"]
    search_help_text = "A whole address, as it was given"
    show_full_result_count = False
    actions = ["unsubscribe"]
    facts = [
        "state",
        "next_send",
        "paused_until",
        "created_at",
        "confirmed_at",
        "unsubscribed_at",
        "left_because",
    ]
    readonly_fields = ["email", "masked", *facts]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        subscribers: QuerySet[Subscriber] = super().get_queryset(request)
        return subscribers.annotate(topic_count=Count("interests"))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """By the whole address, so that a person is found without addresses being browsed."""
        return queryset.with_address(search_term) if search_term else queryset, False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """By the list's own filters alone: ?email__startswith=a would spell addresses out."""
        return lookup.partition("__")[0] in self.list_filter

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        wish = ("timezone", "send_hour", "frequency")
        facts = ("next_send", "topic_count", "created_at")
        return (address_column(request), "state", *wish, *facts)

    def get_fields(self, request: HttpRequest, obj: Subscriber | None = None) -> tuple[str, ...]:
        return (address_column(request), *self.facts, *WISHES)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        log_sight(request)
        return super().changelist_view(request, *args, **kwargs)

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        log_sight(request)
        return super().change_view(request, *args, **kwargs)

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

    @admin.display(description="topics", ordering="topic_count")
    def topic_count(self, subscriber: Any) -> int:
        return int(subscriber.topic_count)

    @admin.display(description="next digest", ordering="next_send_at", empty_value="none")
    def next_send(self, subscriber: Subscriber) -> str | None:
        at = subscriber.next_send_at
        if at is None or subscriber.state != Subscriber.State.ACTIVE:
            return None
        there = at.astimezone(subscriber.zone)
        return f"{there:%Y-%m-%d %H:%M} there, {at:%H:%M} UTC"

    @admin.action(description="Unsubscribe", permissions=["change"])
    def unsubscribe(
        self, request: HttpRequest, queryset: QuerySet[Subscriber]
    ) -> HttpResponse | None:
        if not confirmed(request):
            return confirmation(self, request, queryset, "Unsubscribe them?", NoQuestion())
        now = timezone.now()
        left = [subscriber for subscriber in queryset if leaving.unsubscribe(subscriber, now)]
        log_changes(request, left, "Unsubscribed")
        self.message_user(request, f"Unsubscribed: {len(left)} of {len(queryset)}.")
        return None


def address_column(request: HttpRequest) -> str:
    return "email" if request.user.has_perm(VIEW_ADDRESS) else "masked"


def log_sight(request: HttpRequest) -> None:
    if request.user.has_perm(VIEW_ADDRESS):
        logger.info("Staff user %s saw addresses at %s", request.user.pk, request.path)
