import re
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.figures import is_known
from papers.models import Author, Paper, Signal
from papers.naming import name_key
from papers.paging import canonical, page_of
from papers.reading import listed

PAPERS_SHOWN = 100  # a whole oeuvre, mostly
NAMESAKES = 50
MERGES = 5  # one after the other, that an old address is followed through


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """Known by the number at the end; whatever name stands before it leads to the right one."""
    found = _author(slug)
    if found is None:
        return _by_name(request, slug)
    if found.slug != slug:
        return redirect(found, permanent=True)
    return _author_page(request, found)


def _author(slug: str) -> Author | None:
    """The author of that number, or the one that it was merged into."""
    number = re.search(r"(?:^|-)([0-9]{1,18})$", slug)
    found = number and Author.objects.select_related("main_topic").filter(pk=number[1]).first()
    for _again in range(MERGES):
        if found and found.merged_into:
            found = found.merged_into
    return found or None


def _by_name(request: HttpRequest, slug: str) -> HttpResponse:
    same = Author.objects.present().filter(name_key=name_key(slug.replace("-", " ")))
    found = list(same.select_related("main_topic")[:NAMESAKES])
    if not found:
        raise Http404(f"No author is called {slug}.")
    if len(found) == 1:
        return redirect(found[0], permanent=True)
    return render(request, "papers/namesakes.html", {"authors": found}, status=300)


def _author_page(request: HttpRequest, found: Author) -> HttpResponse:
    now = timezone.now()
    by_votes = request.GET.get("sort") == "votes"
    papers = Paper.objects.visible().filter(authorships__author=found)
    ordered = _most_voted(papers) if by_votes else _newest(papers)
    page = page_of(request, ordered.values_list("pk", flat=True), PAPERS_SHOWN)
    context: dict[str, Any] = {
        "page_title": found.name,
        "page_description": _("Research papers by %(name)s, and how they are received.")
        % {"name": found.name},
        "author": found,
        "has_figures": is_known(found),
        "by_votes": by_votes,
        "unranked": not by_votes,
        "page": page,
        "entries": listed(list(page), now, page.start_index()),
        "canonical_url": canonical(request.path, page),
    }
    return render(request, "papers/author.html", context)


def _newest(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    return papers.order_by(F("published_on").desc(nulls_last=True), "-first_seen_at", "pk")


def _most_voted(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    votes = Signal.objects.filter(paper=OuterRef("pk"), kind=Signal.Kind.VOTES).order_by()
    total = votes.values("paper").annotate(total=Sum("growth")).values("total")
    counted = papers.annotate(votes=Coalesce(Subquery(total), 0))
    return counted.order_by("-votes", F("published_on").desc(nulls_last=True), "pk")
