from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count
from django.http import HttpRequest

from papers.admin import EditionAdmin
from papers.models import Edition
from subscriptions.equation import equation
from subscriptions.models import Digest

admin.site.unregister(Edition)


class DigestCounts(ChangeList):
    """The editions of one page of the list, each with its digests by state: one query more."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        counts = (
            Digest.objects.filter(edition__in=[edition.pk for edition in self.result_list])
            .order_by("state")
            .values_list("edition", "state")
            .annotate(count=Count("pk"))
        )
        for edition in self.result_list:
            mine = [f"{count} {state}" for pk, state, count in counts if pk == edition.pk]
            edition.digests_by_state = ", ".join(mine)


@admin.register(Edition)
class EditionWithDigestsAdmin(EditionAdmin):
    """Papers know nothing of digests, so what became of an edition is added here."""

    list_display = [*EditionAdmin.list_display, "digest_counts"]
    fields = [*EditionAdmin.fields, "equation"]
    facts = [*EditionAdmin.facts, "equation"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DigestCounts

    @admin.display(description="digests", empty_value="none")
    def digest_counts(self, edition: Any) -> str | None:
        return edition.digests_by_state or None

    @admin.display(description="digests")
    def equation(self, edition: Edition) -> str:
        return str(equation(edition.digests.all()))
