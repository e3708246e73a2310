from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.editions import last_day
from papers.models import Edition, Paper
from papers.paging import canonical, page_of
from papers.periods import Period
from papers.reading import listed

MONTHS_SHOWN = 12


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    days = Edition.objects.filter(date__lte=last_day(timezone.now())).values_list("date", flat=True)
    by_month = [(month, list(of)) for month, of in groupby(days, Period.month_of)]
    months = [(month, of, _weeks(of)) for month, of in by_month]
    page = Paginator(months, MONTHS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "page_title": _("Archive"),
        "page_description": _("Every edition since the first, and the best papers of each month."),
        "page": page,
        "canonical_url": canonical(request.path, page),
    }
    return render(request, "papers/archive.html", context)


@require_safe
def period(request: HttpRequest, period: Period) -> HttpResponse:
    """The best papers of a month or a week."""
    now = timezone.now()
    papers = Paper.objects.visible().first_seen_within(*period.moments).by_trending()
    page = page_of(request, papers.filter(first_seen_at__lte=now).values_list("pk", flat=True))
    days = _editions(period, last_day(now))
    if not page.object_list and not days:
        return _nothing(request, period, now)
    context = {
        "page_title": _("Best papers: %(period)s") % {"period": period.name},
        "page_description": _("The research papers most noticed: %(period)s.")
        % {"period": period.name},
        "period": period,
        "days": days,
        "page": page,
        "entries": listed(list(page), now, page.start_index()),
        "weeks": [] if period.is_week else _weeks(days),
        "canonical_url": canonical(request.path, page),
        **_around(period, now),
    }
    return render(request, "papers/period.html", context)


def _editions(period: Period, today: date) -> list[date]:
    found = Edition.objects.filter(date__gte=period.first, date__lt=period.after, date__lte=today)
    return list(found.order_by("date").values_list("date", flat=True))


def _weeks(days: Iterable[date]) -> list[Period]:
    return list(dict.fromkeys(Period.week_of(day) for day in days))


def _around(period: Period, now: datetime) -> dict[str, Period | None]:
    """The nearest of its kind, before and after, in which papers came in."""
    begins, ends = period.moments
    visible = Paper.objects.visible()
    before = visible.filter(first_seen_at__lt=begins).order_by("-first_seen_at")
    after = visible.filter(first_seen_at__gte=ends, first_seen_at__lte=now)
    return {
        "previous": _period_of(period, before),
        "next": _period_of(period, after.order_by("first_seen_at")),
    }


def _period_of(period: Period, papers: QuerySet[Paper]) -> Period | None:
    found = papers.values_list("first_seen_at", flat=True).first()
    return period.like(found.date()) if found else None


def _nothing(request: HttpRequest, period: Period, now: datetime) -> HttpResponse:
    nearest = Edition.objects.filter(Q(date__lt=period.after) & Q(date__lte=last_day(now))).first()
    context = {"period": period, "nearest": nearest and period.like(nearest.date)}
    return render(request, "papers/no_period.html", context, status=404)
