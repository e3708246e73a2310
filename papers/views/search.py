from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from papers.search import Matches, Query
from papers.search.form import SearchForm
from papers.search.hits import hits

PAGE_SIZE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "papers/search.html", {"form": form}, status=400)
    query = form.query
    if not query.asks_for_something:
        return render(request, "papers/search.html", {"form": form, "query": query})
    return render(request, "papers/search.html", {"form": form} | _found(request, query))


def _found(request: HttpRequest, query: Query) -> dict[str, object]:
    matches = Matches(query)
    pages: Paginator[int] = Paginator(matches, PAGE_SIZE)  # type: ignore[arg-type]  # it counts
    page = pages.get_page(request.GET.get("page"))
    return {
        "query": query,
        "matches": matches,
        "page": page,
        "hits": hits(list(page), query, timezone.now()),
        "words_only": urlencode({"q": query.text}),
        "asked": _asked(request),
    }


def _asked(request: HttpRequest) -> str:
    """The search itself, for other addresses that show it."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()
