from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.cards import cards
from papers.editions import last_day
from papers.figures import is_known, parts_of, score_of, similar_to
from papers.history import history_of
from papers.identifiers import base_id
from papers.models import Edition, Paper, Topic
from papers.structured import scholarly_article

AUTHORS_SHOWN = 20  # of long lists; the others are folded
EDITIONS_SHOWN = 5


@require_safe
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    if (bare := base_id(public_id)) != public_id:
        return redirect("papers:paper", bare, permanent=True)
    return _answer(request, Paper.objects.with_card_facts().filter(arxiv_id=public_id).first())


@require_safe
def paper_without_arxiv_id(request: HttpRequest, pk: int) -> HttpResponse:
    found = Paper.objects.with_card_facts().filter(pk=pk).first()
    if found and found.on_arxiv and found.status == Paper.Status.VISIBLE:
        return redirect(found)
    return _answer(request, found)


def _answer(request: HttpRequest, found: Paper | None) -> HttpResponse:
    if found and found.status == Paper.Status.VISIBLE:
        return render(request, "papers/paper.html", _facts(found))
    if found and found.withdrawn:
        return render(request, "papers/withdrawn.html", {"paper": found}, status=410)
    raise Http404("There is no such paper, or editors have hidden it.")


def _facts(found: Paper) -> dict[str, Any]:
    now = timezone.now()
    card = cards([found], now)[found.pk]
    authorships = list(found.authorships.all())
    topics = _topics(found)
    score = score_of(found)
    editions = Edition.objects.filter(papers=found, date__lte=last_day(now))
    return {
        "paper": found,
        "card": card,
        "page_title": card.title,
        "page_description": card.teaser,
        "page_type": "article",
        "first_authors": authorships[:AUTHORS_SHOWN],
        "other_authors": authorships[AUTHORS_SHOWN:],
        "topics": topics,
        "editions": editions[:EDITIONS_SHOWN],
        "history": history_of(found),
        "score": score,
        "has_scores": is_known(score),
        "score_parts": parts_of(score),
        "similar": similar_to(score),
        "structured": scholarly_article(found, authorships, topics, card.page_url),
        "canonical_url": settings.SITE_URL + found.get_absolute_url(),
    }


def _topics(found: Paper) -> list[Topic]:
    """The primary one first."""
    primary = [found.primary_topic] if found.primary_topic else []
    return [*primary, *(topic for topic in found.topics.all() if topic not in primary)]
