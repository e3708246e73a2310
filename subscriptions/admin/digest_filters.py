"""What the list of digests is narrowed by: few choices, however many editions there are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from papers.models import Edition
from subscriptions.models import Digest
from subscriptions.models.states import OPEN, State, in_states
from subscriptions.whereabouts import SKIPPED

EDITIONS_OFFERED = 10
OVERDUE = timedelta(hours=1)


class EditionFilter(SimpleListFilter):
    """The last editions; any other one is asked for by its address or its date."""

    title = "edition"
    parameter_name = "edition__id__exact"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        editions = list(Edition.objects.order_by("-date")[:EDITIONS_OFFERED])
        if self._asked_for and self._asked_for not in {edition.pk for edition in editions}:
            editions += Edition.objects.filter(pk=self._asked_for)
        return [(str(edition.pk), str(edition)) for edition in editions]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Digest]) -> QuerySet[Digest]:
        return queryset.filter(edition=self._asked_for) if self._asked_for else queryset

    @property
    def _asked_for(self) -> int | None:
        try:
            return int(self.value() or 0) or None
        except ValueError as error:
            raise IncorrectLookupParameters from error


class ReasonFilter(SimpleListFilter):
    title = "reason"
    parameter_name = "reason"
    OTHER = "other"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [*((reason, reason) for reason in SKIPPED), (self.OTHER, "any other")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Digest]) -> QuerySet[Digest]:
        reason = self.value()
        if reason == self.OTHER:
            return queryset.exclude(reason__in=["", *SKIPPED])
        return queryset.filter(reason__startswith=reason) if reason else queryset


class NoticeNeedsFilter(SimpleListFilter):
    """What somebody should look at."""

    title = "what it needs"
    parameter_name = "needs"
    needs: dict[str, tuple[str, Callable[[], Q]]] = {
        "settling": (
            "unknown, to be settled",
            lambda: in_states(State.UNKNOWN, State.UNRESOLVED),
        ),
    }

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(need, name) for need, (name, _) in self.needs.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        need = self.needs.get(self.value() or "")
        return queryset.filter(need[1]()) if need else queryset


class NeedsFilter(NoticeNeedsFilter):
    needs = {
        "hurry": (
            "overdue by an hour",
            lambda: OPEN & Q(due_at__lte=timezone.now() - OVERDUE),
        ),
        **NoticeNeedsFilter.needs,
    }
