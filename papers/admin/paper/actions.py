from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from papers.admin.confirmation import confirmation, confirmed
from papers.admin.editing import without_editor
from papers.admin.log import log_changes
from papers.admin.paper.topics import TopicsForm, set_topics
from papers.admin.reason import ReasonForm
from papers.editions import unpin
from papers.models import Paper
from papers.scores.again import score_again
from papers.signals import reckon


class PaperActions(admin.ModelAdmin):
    """What is done to many papers at once; each is in its history."""

    actions = [
        *("hide", "show_again", "feature", "stop_featuring"),
        *("set_topics", "score_anew", "follow_sources"),
    ]

    @admin.action(description="Hide, with a reason", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Paper]) -> HttpResponse | None:
        form = ReasonForm(request.POST if confirmed(request) else None)
        if not form.is_valid():
            return confirmation(self, request, queryset, "Hide these papers?", form)
        reason = form.cleaned_data["reason"]
        self._change(request, queryset, f"Hidden: {reason}", status="hidden", hidden_reason=reason)
        return None

    @admin.action(description="Show again", permissions=["change"])
    def show_again(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        self._change(request, queryset, "Shown again", status="visible", hidden_reason="")

    @admin.action(description="Feature in the next edition", permissions=["change"])
    def feature(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        self._change(request, queryset, "Featured", featured=True)

    @admin.action(description="Stop featuring", permissions=["change"])
    def stop_featuring(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        papers = list(queryset.filter(featured=True))
        self._change(request, queryset, "No longer featured", featured=False)
        unpin(papers)

    @admin.action(description="Set topics", permissions=["change"])
    def set_topics(self, request: HttpRequest, queryset: QuerySet[Paper]) -> HttpResponse | None:
        form = TopicsForm(request.POST if confirmed(request) else None)
        if not form.is_valid():
            return confirmation(self, request, queryset, "Set the topics of these papers", form)
        papers = list(queryset)
        set_topics(papers, form.cleaned_data, timezone.now())
        log_changes(request, papers, form.told)
        self.message_user(request, f"{form.told}. Papers: {len(papers)}.")
        return None

    @admin.action(description="Score anew", permissions=["change"])
    def score_anew(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        """Trending at once, from the observations; the other scores compare with many papers."""
        papers = list(queryset)
        keys = [paper.pk for paper in papers]
        reckon(keys, now=timezone.now())
        when = "at the next tick" if score_again(keys) else "by `manage.py rank`"
        log_changes(request, papers, "Scored anew")
        self.message_user(
            request,
            f"Trending is reckoned anew; novelty and AI score follow {when}. "
            f"Papers: {len(papers)}.",
        )

    @admin.action(description="Follow the sources again", permissions=["change"])
    def follow_sources(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        """What editors wrote stays until a source is next read; then it may be replaced."""
        papers = list(queryset)
        for paper in papers:
            paper.told_by = without_editor(paper)
        Paper.objects.bulk_update(papers, ["told_by"], batch_size=200)
        log_changes(request, papers, "Sources followed again")
        self.message_user(request, f"Sources are followed again. Papers: {len(papers)}.")

    def _change(
        self, request: HttpRequest, queryset: QuerySet[Paper], told: str, **values: Any
    ) -> None:
        papers = list(queryset)
        with transaction.atomic():
            # an open edition is built anew when a paper was updated
            Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(
                **values, updated_at=timezone.now()
            )
            log_changes(request, papers, told)
        self.message_user(request, f"{told}. Papers: {len(papers)}.")
