from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from papers.admin.numbered import row_number
from papers.admin.readonly import ReadOnlyAdmin
from papers.models import Correction, Edition
from papers.naming import tidy
from subscriptions import corrections
from subscriptions.emails.message import Mail
from subscriptions.emails.notice import as_mail
from subscriptions.equation import equation
from subscriptions.models import Notice, Subscriber


class CorrectionForm(forms.ModelForm):
    """`number` comes back from the page that asks for a yes, so that two yeses make one."""

    number = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    class Meta:
        model = Correction
        fields = ["edition", "subject", "text"]
        help_texts = {
            "subject": "What was wrong, in a few words. “Correction:” is put before it.",
            "text": "Plain words. Line breaks stay. Readers get it as you write it, untranslated.",
        }
        widgets = {
            "edition": forms.HiddenInput,
            "subject": forms.TextInput(attrs={"class": "vTextField"}),
            "text": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 8}),
        }

    def clean_subject(self) -> str:
        return tidy(self.cleaned_data["subject"])

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    """Made here in two steps, from the page of its edition; from then on it stays as it is."""

    when_empty = "No correction was sent. To send one, open an edition that has begun to leave."
    list_display = ["__str__", "subject", "made_at"]
    list_select_related = ["edition"]
    date_hierarchy = "made_at"
    search_fields = ["subject"]
    ordering = ["-made_at"]
    fields = ["edition", "number", "subject", "text", "made_at", "account"]
    readonly_fields = ["account"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("papers.correct_edition")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request) or super().has_view_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        rows: QuerySet[Correction] = super().get_queryset(request)
        return rows.select_related("edition")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        edition = _chosen(request)
        if edition is None or edition.frozen_at is None:
            told = "Choose an edition that has begun to leave; an open one is simply changed."
            self.message_user(request, told, messages.WARNING)
            return redirect("admin:papers_edition_changelist")
        form = CorrectionForm(request.POST or None, initial={"edition": edition})
        if not form.is_valid():
            return self._page(request, edition, form=form)
        form.instance.made_at = timezone.now()
        shown, following = form.cleaned_data["number"], corrections.next_number(edition)
        # digests count them: a gap would keep back whatever has not left yet
        if "confirmed" in request.POST and shown and shown <= following:
            form.instance.number = shown
            return self._make(request, form.instance)
        form.instance.number = following
        return self._page(request, edition, form=form, **_effect(form.instance))

    def _make(self, request: HttpRequest, correction: Correction) -> HttpResponse:
        if corrections.make(correction):
            self.log_addition(request, correction, f"Made: {correction.subject}")
            told = "Made. Its notices leave with the next ticks, unless sending is paused."
            self.message_user(request, told)
        else:
            correction = correction.edition.corrections.get(number=correction.number)
            told = "This edition has a correction of that number already: nothing was added."
            self.message_user(request, told, messages.WARNING)
        return redirect("admin:papers_correction_change", correction.pk)

    def _page(self, request: HttpRequest, edition: Edition, **facts: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Correct the edition of {edition.date:%-d %B %Y}",
            "opts": self.opts,
            "edition": edition,
            "edition_url": reverse("admin:papers_edition_change", args=[edition.pk]),
            "mail": None,
            **facts,
        }
        return TemplateResponse(request, "admin/subscriptions/correction.html", context)

    @admin.display(description="notices")
    def account(self, correction: Correction) -> str:
        notices = Notice.objects.filter(correction=correction)
        if not notices.exists() and corrections.awaits_tick(correction, timezone.now()):
            return "Not opened yet: the next tick opens them."
        return str(equation(notices))


def _chosen(request: HttpRequest) -> Edition | None:
    asked = request.POST.get("edition") or request.GET.get("edition", "")
    return Edition.objects.filter(pk=row_number(asked) or 0).first()


def _effect(correction: Correction) -> dict[str, Any]:
    return {"mail": _sample(correction), "reach": corrections.reach(correction)}


def _sample(correction: Correction) -> Mail:
    """The mail as it will be, to nobody."""
    nobody = Subscriber(pk=0, email="reader@example.org")
    kind = Notice.Kind.CORRECTION
    return as_mail(
        Notice(subscriber=nobody, kind=kind, correction=correction, asked_at=timezone.now())
    )
