from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.cards import cards
from papers.models import Edition, Paper, Topic
from papers.reading import candidates, entries

PAGE_SIZE = 50


@require_safe
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Paper.objects.visible().with_card_facts(), arxiv_id=public_id)
    return _paper_page(request, found)


@require_safe
def paper_without_arxiv_id(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Paper.objects.visible().with_card_facts(), pk=pk)
    if found.on_arxiv:
        return redirect(found)
    return _paper_page(request, found)


def _paper_page(request: HttpRequest, found: Paper) -> HttpResponse:
    now = timezone.now()
    context = {
        "paper": found,
        "card": cards([found], now)[found.pk],
        "topics": sorted({*found.topics.all(), *_primary(found)}, key=lambda t: t.position),
        "editions": Edition.objects.filter(papers=found, date__lte=now.date())[:5],
    }
    return render(request, "papers/paper.html", context)


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


def _primary(found: Paper) -> list[Topic]:
    return [found.primary_topic] if found.primary_topic else []
