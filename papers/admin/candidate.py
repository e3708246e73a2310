from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from papers.admin.log import log_changes
from papers.admin.readonly import ReadOnlyAdmin
from papers.admin.worth import worth
from papers.models import Candidate

Placement = Candidate.Placement


def worth_when_built(candidate: Candidate) -> str:
    return worth(candidate.score, candidate.edition.built_at or timezone.now())


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin):
    """All papers of an edition, reached from there and placed by the list's actions."""

    list_display = ["rank", "paper", "edition", "worth", "placement"]
    list_display_links = None
    list_select_related = ["paper", "edition"]
    list_filter = ["placement"]
    date_hierarchy = "edition__date"
    search_fields = ["paper__title", "paper__arxiv_id"]
    actions = ["pin", "drop", "by_rank"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_place_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("papers.change_candidate")

    @admin.display(description="trending, in votes", ordering="score")
    def worth(self, candidate: Candidate) -> str:
        return worth_when_built(candidate)

    @admin.action(description="Pin", permissions=["place"])
    def pin(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        self._place(request, queryset, Placement.PINNED)

    @admin.action(description="Drop", permissions=["place"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        self._place(request, queryset, Placement.DROPPED)

    @admin.action(description="Back to its rank", permissions=["place"])
    def by_rank(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        self._place(request, queryset, Placement.RANKED)

    def _place(
        self, request: HttpRequest, queryset: QuerySet[Candidate], placement: Placement
    ) -> None:
        chosen = list(queryset)
        with transaction.atomic():
            movable = Candidate.objects.filter(
                pk__in=[candidate.pk for candidate in chosen], edition__frozen_at=None
            )
            log_changes(request, movable, placement.label)
            moved = movable.update(placement=placement)
        told = f"{placement.label.capitalize()}. Papers: {moved}."
        if kept := len(chosen) - moved:
            told += f" Left as they were, because their edition is frozen: {kept}."
        self.message_user(request, told)
