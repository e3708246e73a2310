"""What is decided for a whole edition, each on a page that first says what it means."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from papers import editions
from papers.admin.confirmation import NoQuestion
from papers.admin.log import log_changes
from papers.models import Edition

Decide = Callable[[], str]  # what was done; "" when somebody was faster


class HoldForm(forms.Form):
    reason = forms.CharField(
        max_length=200,
        help_text="Whoever is on duty must know. Shown on this site only.",
        error_messages={"required": "Say why: whoever is on duty must know."},
        widget=forms.TextInput({"size": 60}),
    )


class Decisions:
    """For EditionAdmin: freeze now, hold, release. Doing any of them twice is told, not done."""

    admin_site: admin.AdminSite
    opts: Any

    def freeze_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def freeze() -> str:
            return "Frozen" if editions.freeze(edition, timezone.now()) else ""

        edition = self._edition(request, pk, "papers.change_edition")
        if not edition.built_at:
            return self._told(request, edition, "It is not built yet: the next tick does it.")
        if edition.frozen_at:
            return self._told(request, edition, f"It was frozen at {edition.frozen_at:%H:%M} UTC.")
        return self._decide(request, edition, "Freeze", freeze, NoQuestion(_typed(request)))

    def hold_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def hold() -> str:
            reason, by = form.cleaned_data["reason"], request.user.get_username()
            return f"Held: {reason}" if editions.hold(edition, reason, by, timezone.now()) else ""

        edition = self._edition(request, pk, "papers.hold_edition")
        if edition.held:
            told = f"It is held already: {edition.hold_reason or 'no reason given'}."
            return self._told(request, edition, told)
        form = HoldForm(_typed(request))
        return self._decide(request, edition, "Hold", hold, form)

    def release_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def release() -> str:
            return "Released" if editions.release(edition) else ""

        edition = self._edition(request, pk, "papers.hold_edition")
        if not edition.held:
            return self._told(request, edition, "It is not held.")
        return self._decide(request, edition, "Release", release, NoQuestion(_typed(request)))

    def waits(self, edition: Edition) -> list[str]:
        """What the hold has kept back, for those who know of digests."""
        return []

    def _edition(self, request: HttpRequest, pk: int, right: str) -> Edition:
        if not request.user.has_perm(right):
            raise PermissionDenied
        return get_object_or_404(Edition, pk=pk)

    def _decide(
        self, request: HttpRequest, edition: Edition, verb: str, decide: Decide, form: forms.Form
    ) -> HttpResponse:
        if request.method == "POST" and form.is_valid():
            if told := decide():
                log_changes(request, [edition], told)
                return self._told(request, edition, f"{told}.", messages.SUCCESS)
            return self._told(request, edition, "Somebody was faster. Nothing was changed.")
        context = {
            **self.admin_site.each_context(request),
            "title": f"{verb} the edition of {edition}",
            "opts": self.opts,
            "edition": edition,
            "verb": verb,
            "form": form,
            "waits": self.waits(edition),
        }
        return TemplateResponse(request, "admin/papers/edition/decision.html", context)

    def _told(
        self, request: HttpRequest, edition: Edition, told: str, level: int = messages.WARNING
    ) -> HttpResponse:
        messages.add_message(request, level, told)
        return redirect(reverse("admin:papers_edition_change", args=[edition.pk]))


def _typed(request: HttpRequest) -> QueryDict | None:
    """None for who only looks."""
    return request.POST if request.method == "POST" else None
