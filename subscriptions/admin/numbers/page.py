import csv
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from papers.admin.readonly import ReadOnlyAdmin
from papers.editions import current_edition
from papers.models import Edition
from subscriptions.admin.numbers.edition import in_numbers, most_liked
from subscriptions.admin.numbers.series import charts, totals
from subscriptions.models import DayFigures

PERIODS = (7, 30, 90, 365)  # days
USUAL = 30
COLUMNS = [field.name for field in DayFigures._meta.fields if field.name != "id"]  # noqa: SLF001  # Django's own name


@admin.register(DayFigures)
class NumbersAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("table.csv", view(self.table_view), name="subscriptions_dayfigures_table"),
            path(
                "edition/<int:pk>/",
                view(self.edition_view),
                name="subscriptions_dayfigures_edition",
            ),
            path("", view(self.changelist_view), name="subscriptions_dayfigures_changelist"),
        ]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Not a list of rows but what they draw."""
        self._refuse(request)
        count, now = _period(request), timezone.now()
        days = _days(count)
        since = datetime.combine(now.date() - timedelta(days=count), time(), tzinfo=UTC)
        page = {
            "title": "Numbers",
            "periods": PERIODS,
            "period": count,
            "charts": charts(days),
            "totals": totals(days),
            "liked": most_liked(since, now),
            "today": current_edition(now),
            "editions": _editions(days),
        }
        return self._page(request, "over_time", page)

    def edition_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._refuse(request)
        numbers = in_numbers(get_object_or_404(Edition, pk=pk))
        title = f"Numbers of the edition of {numbers.edition.date:%-d %B %Y}"
        return self._page(request, "edition", {"title": title, "numbers": numbers})

    def table_view(self, request: HttpRequest) -> HttpResponse:
        """Every number of the chosen days; empty where nobody knows it."""
        self._refuse(request)
        days = _days(_period(request))
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="numbers.csv"'
        table = csv.writer(answer)
        table.writerow(COLUMNS)
        table.writerows([getattr(day, column) for column in COLUMNS] for day in days)
        return answer

    def _refuse(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, page: dict[str, Any]) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "opts": self.opts, **page}
        return TemplateResponse(request, f"admin/numbers/{name}.html", shown)


def _period(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, PERIODS) else USUAL


def _days(count: int) -> list[DayFigures]:
    """The oldest first."""
    since = timezone.now().date() - timedelta(days=count)
    return list(DayFigures.objects.filter(date__gte=since).order_by("date"))


def _editions(days: list[DayFigures]) -> list[tuple[DayFigures, int | None]]:
    """Each day, the newest first, with its edition's key."""
    keys = dict(
        Edition.objects.filter(date__in=[day.date for day in days]).values_list("date", "pk")
    )
    return [(day, keys.get(day.date)) for day in reversed(days)]
