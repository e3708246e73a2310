from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from papers.admin.log import log_changes
from papers.admin.readonly import ReadOnlyAdmin
from subscriptions import breaker, fence, rates, switch
from subscriptions.models import Brake, Sending

BRAKES = 5  # the latest ones


class PauseForm(forms.ModelForm):
    class Meta:
        model = Sending
        fields = ["reason"]
        help_texts = {"reason": "Everybody in the admin reads it, for as long as it lasts."}
        widgets = {"reason": forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"})}


@admin.register(Sending)
class SendingAdmin(ReadOnlyAdmin):
    """One page: whether mail may leave, what may stop it, and the switches."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.changelist_view)
        return [path("", page, name="subscriptions_sending_changelist")]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("subscriptions.add_sending")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("subscriptions.delete_sending")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        acts = self.has_add_permission(request) or self.has_delete_permission(request)
        return acts or super().has_view_permission(request, obj)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PauseForm(request.POST if request.POST.get("act") == "pause" else None)
        if request.method == "POST" and (answer := self._act(request, form)):
            return answer
        return self._page(request, form)

    def _act(self, request: HttpRequest, form: PauseForm) -> HttpResponse | None:
        """What the buttons do; None when the form must be shown again."""
        lets_go = {"resume": self._resume, "close": self._close}.get(request.POST.get("act", ""))
        right = self.has_delete_permission if lets_go else self.has_add_permission
        if not right(request):
            raise PermissionDenied
        if lets_go:
            lets_go(request)
        elif form.is_valid():
            self._pause(request, form.cleaned_data["reason"])
        else:
            return None
        return redirect(request.path)

    def _pause(self, request: HttpRequest, reason: str) -> None:
        if switch.pause(reason, request.user.get_username(), timezone.now()):
            log_changes(request, [Sending(reason=reason)], f"Paused all sending: {reason}")
            self.message_user(request, "Paused. No mail begins to leave from here on.")
        else:
            told = "It was paused already, so nothing was changed: see since when and by whom."
            self.message_user(request, told, messages.WARNING)

    def _resume(self, request: HttpRequest) -> None:
        if ended := switch.resume():
            log_changes(request, [ended], "Resumed sending")
            self.message_user(request, "Sending goes on with the next tick, within a minute.")
        else:
            told = "It was not paused any more: nothing was changed."
            self.message_user(request, told, messages.WARNING)

    def _close(self, request: HttpRequest) -> None:
        if row := breaker.close_by_hand():
            log_changes(request, [Sending(reason=row.reason)], f"Closed the breaker: {row.reason}")
            self.message_user(request, "Closed. Sending goes on with the next tick.")
        else:
            told = "It was closed already: nothing was changed."
            self.message_user(request, told, messages.WARNING)

    def _page(self, request: HttpRequest, form: PauseForm) -> HttpResponse:
        pause, now = switch.paused(), timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": "Sending",
            "opts": self.opts,
            "form": form,
            "pause": pause,
            "backlog": pause and switch.backlog(pause, now),
            "fenced": fence.closed(),
            "fence_todo": fence.TODO,
            "breaker": breaker.opened(),
            "brakes": Brake.objects.select_related("edition")[:BRAKES],
            "paces": list(rates.told(now)),
            "now": now,
            "may_pause": self.has_add_permission(request),
            "may_resume": self.has_delete_permission(request),
        }
        return TemplateResponse(request, "admin/subscriptions/sending.html", context)
