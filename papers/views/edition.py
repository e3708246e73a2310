from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.models import Edition
from papers.reading import candidates, entries

PAGE_SIZE = 50


@require_safe
def edition(request: HttpRequest, day: date) -> HttpResponse:
    now = timezone.now()
    published = Edition.objects.filter(date__lte=now.date())
    found = published.filter(date=day).first()
    if found is None:
        return _no_edition(request, day)
    page = Paginator(candidates(found), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "edition": found,
        "page": page,
        "entries": entries(page, now, page.start_index()),
        "previous": published.filter(date__lt=day).order_by("-date").first(),
        "next": published.filter(date__gt=day).order_by("date").first(),
    }
    return render(request, "papers/edition.html", context)


def _no_edition(request: HttpRequest, day: date) -> HttpResponse:
    earlier = Edition.objects.newest(min(day, timezone.now().date()))
    context = {"day": day, "earlier": earlier}
    return render(request, "papers/no_edition.html", context, status=404)
