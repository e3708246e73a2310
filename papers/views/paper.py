from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.cards import cards
from papers.models import Edition, Paper, Topic


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


def _primary(found: Paper) -> list[Topic]:
    return [found.primary_topic] if found.primary_topic else []
