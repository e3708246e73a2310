from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from papers.admin import EditionAdmin
from papers.admin.edition import EditionList
from papers.models import Edition
from subscriptions.admin.edition_before import before_sending
from subscriptions.admin.odd_votes import odd_votes
from subscriptions.admin.preview import WithPreview
from subscriptions.equation import equation
from subscriptions.models import Digest
from subscriptions.models.states import HANDED_OVER, IN_PROGRESS, State

admin.site.unregister(Edition)

STATES = {
    "sent": HANDED_OVER,
    "refused": (State.REFUSED,),
    "failed": (State.FAILED,),
    "deferred": (State.DEFERRED,),
    "unknown": (State.UNKNOWN, State.UNRESOLVED),
    "in progress": IN_PROGRESS,
}


class EditionsWithDigests(EditionList):
    """The editions of one page of the list, each with its digests by state: one query more."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        counts = (
            Digest.objects.filter(edition__in=[edition.pk for edition in self.result_list])
            .order_by("state")
            .values_list("edition", "state")
            .annotate(count=Count("pk"))
        )
        told = defaultdict(list)
        for edition, state, count in counts:
            told[edition].append(f"{count:,} {state}")
        for edition in self.result_list:
            edition.digests_by_state = ", ".join(told[edition.pk])


@admin.register(Edition)
class EditionWithDigestsAdmin(WithPreview, EditionAdmin):
    """Papers know nothing of digests, so what became of an edition is added here."""

    list_display = [*EditionAdmin.list_display, "digest_counts"]
    fields = [*EditionAdmin.fields, "equation", "corrections"]
    facts = [*EditionAdmin.facts, "equation", "corrections"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EditionsWithDigests

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.before_view))
        return [path("<int:pk>/before/", view, name="edition_before"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **how: Any
    ) -> HttpResponse:
        if edition := context.get("original"):
            context["links"] = _links(request, edition)
        return super().render_change_form(request, context, *args, **how)

    def before_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        edition = get_object_or_404(Edition, pk=pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "Before sending",
            "opts": self.opts,
            "edition": edition,
            **before_sending(edition, timezone.now()),
        }
        return TemplateResponse(request, "admin/papers/edition/before.html", context)

    def odd_votes(self, papers: Iterable[int], until: datetime) -> dict[int, str]:
        return odd_votes(papers, until)

    def waits(self, edition: Edition) -> list[str]:
        """How many leave when it is released, and how many are too late for that."""
        rows = edition.digests.order_by().values_list("state", "reason").annotate(count=Count("pk"))
        counts: Counter[str] = Counter()
        for state, reason, count in rows:
            counts[state if state != State.SKIPPED else reason.split(":")[0]] += count
        waiting = sum(counts[state] for state in (*IN_PROGRESS, State.DEFERRED))
        return [
            f"Digests that wait: {waiting:,}.",
            f"Digests that expired, and stay skipped: {counts['expired']:,}.",
        ]

    @admin.display(description="digests", empty_value="none")
    def digest_counts(self, edition: Any) -> str | None:
        return edition.digests_by_state or None

    @admin.display(description="digests")
    def equation(self, edition: Edition) -> SafeString:
        found = equation(edition.digests.all())
        digests = reverse("admin:subscriptions_digest_changelist")
        of_edition = f"{digests}?edition__id__exact={edition.pk}"
        amounts = {name: getattr(found, name.replace(" ", "_")) for name in STATES}
        terms = [
            (name, amounts[name], f"{of_edition}&state__in={','.join(STATES[name])}")
            for name in STATES
        ]
        facts = {"equation": found, "terms": terms, "of_edition": of_edition}
        return mark_safe(render_to_string("admin/papers/edition/equation.html", facts))  # noqa: S308  # a template's

    @admin.display(description="corrections")
    def corrections(self, edition: Edition) -> SafeString:
        made = edition.corrections.annotate(reached=Count("notices"))
        facts = {"corrections": made}
        return mark_safe(render_to_string("admin/papers/edition/corrections.html", facts))  # noqa: S308  # as above


def _links(request: HttpRequest, edition: Edition) -> list[tuple[str, str]]:
    """Where else this edition is looked at, by name and address."""
    links = {
        "Before sending": reverse("admin:edition_before", args=[edition.pk]),
        "Preview as": reverse("admin:preview"),
        "Numbers": reverse("admin:subscriptions_dayfigures_edition", args=[edition.pk]),
    }
    if edition.frozen_at and request.user.has_perm("papers.correct_edition"):
        add = reverse("admin:papers_correction_add")
        links["Correction …"] = f"{add}?edition={edition.pk}"
    return list(links.items())
