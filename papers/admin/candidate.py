from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from papers.admin.worth import worth
from papers.models import Candidate

Placement = Candidate.Placement


def worth_when_built(candidate: Candidate) -> str:
    return worth(candidate.score, candidate.edition.built_at or timezone.now())


@admin.register(Candidate)
class CandidateAdmin(admin.ModelAdmin):
    """All papers of an edition, reached from there."""

    list_display = ["rank", "paper", "edition", "worth", "placement"]
    list_display_links = None
    list_select_related = ["paper", "edition"]
    list_filter = ["placement"]
    date_hierarchy = "edition__date"
    search_fields = ["paper__title", "paper__arxiv_id"]
    actions = ["pin", "drop", "by_rank"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Candidate | None = None) -> bool:
        """By the actions of the list alone, which leave frozen editions as they are."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Candidate | None = None) -> bool:
        return False

    @admin.display(description="trending, in votes", ordering="score")
    def worth(self, candidate: Candidate) -> str:
        return worth_when_built(candidate)

    @admin.action(description="Pin", permissions=["change"])
    def pin(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        self._place(request, queryset, Placement.PINNED)

    @admin.action(description="Drop", permissions=["change"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        self._place(request, queryset, Placement.DROPPED)

    @admin.action(description="Back to its rank", permissions=["change"])
    def by_rank(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        self._place(request, queryset, Placement.RANKED)

    def _place(
        self, request: HttpRequest, queryset: QuerySet[Candidate], placement: Placement
    ) -> None:
        candidates = list(queryset.filter(edition__frozen_at=None))
        with transaction.atomic():
            ids = [candidate.pk for candidate in candidates]
            Candidate.objects.filter(pk__in=ids).update(placement=placement)
            LogEntry.objects.log_actions(request.user.pk, candidates, CHANGE, placement.label)
        told = f"{placement.label.capitalize()}. Papers: {len(candidates)}."
        if frozen := queryset.exclude(edition__frozen_at=None).count():
            told += f" Left as they are, because their edition is frozen: {frozen}."
        self.message_user(request, told)
