from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from papers.admin.confirmation import NoQuestion, confirmation, confirmed
from papers.admin.log import log_changes
from subscriptions import erasing, leaving, signup, suppressing, wake
from subscriptions.models import Subscriber, Suppression

LISTS = ("interests", "votes", "notices", "digests")


class SuppressForm(forms.ModelForm):
    class Meta:
        model = Suppression
        fields = ["reason", "note"]


class SubscriberActs(admin.ModelAdmin):
    """What may be done for subscribers, on the list and on the page of one."""

    actions = ["unsubscribe", "resend", "suppress"]

    def has_suppress_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.add_suppression")

    @admin.action(description="Unsubscribe", permissions=["change"])
    def unsubscribe(
        self, request: HttpRequest, queryset: QuerySet[Subscriber]
    ) -> HttpResponse | None:
        if not confirmed(request):
            return confirmation(self, request, queryset, "Unsubscribe them?", NoQuestion())
        now = timezone.now()
        left = [subscriber for subscriber in queryset if leaving.unsubscribe(subscriber, now)]
        self._done(request, queryset, left, "Unsubscribed")
        return None

    @admin.action(description="Mail the link once more", permissions=["change"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse | None:
        """To confirm, or to their own pages; as often as they themselves could have asked for."""
        if not confirmed(request):
            told = ["Who has not confirmed gets the request to; nobody gets more than a few a day."]
            title = "Mail them their link?"
            return confirmation(self, request, queryset, title, NoQuestion(), told)
        now = timezone.now()
        mailed = [one for one in queryset if signup.send_again(one.email, now, link=True)]
        wake.notices()
        self._done(request, queryset, mailed, "Mailed the link")
        return None

    @admin.action(description="Suppress", permissions=["suppress"])
    def suppress(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse | None:
        form = SuppressForm(request.POST if confirmed(request) else None)
        if not form.is_valid():
            return confirmation(self, request, queryset, "Never mail them again?", form)
        now, told = timezone.now(), form.cleaned_data
        suppressed = [
            subscriber
            for subscriber in queryset
            if suppressing.suppress(subscriber.email, told["reason"], now, told["note"])
        ]
        self._done(request, queryset, suppressed, "Suppressed")
        return None

    def delete_model(self, request: HttpRequest, obj: Subscriber) -> None:  # Django's call
        erasing.erase(obj, timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        for subscriber in queryset:
            self.delete_model(request, subscriber)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What goes, in numbers: years of digests are no list to read."""
        ids = [subscriber.pk for subscriber in objs]
        counts = {
            name: getattr(Subscriber, name).rel.related_model.objects.filter(subscriber__in=ids)
            for name in LISTS
        }
        allowed = self.has_delete_permission(request)
        goes = {name: rows.count() for name, rows in counts.items()}
        return [str(one) for one in objs], goes, set() if allowed else {"subscriber"}, []

    def _done(
        self,
        request: HttpRequest,
        chosen: QuerySet[Subscriber],
        done: list[Subscriber],
        told: str,
    ) -> None:
        log_changes(request, done, told)
        self.message_user(request, f"{told}: {len(done)} of {chosen.count()}.")
