from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, urlencode
from django.views.decorators.http import require_safe

from papers.feeds import FORMATS, Channel
from papers.feeds.channel import SIZE, channel
from papers.models import Author, Paper, Topic
from papers.search import Matches
from papers.search.form import SearchForm

FRESH_SECONDS = 600
LONGEST_ROW = 18  # digits that fit the database's numbers
NOTHING_ASKED = "Say what to look for: /feeds/search.rss?q=words"


@require_safe
def feed(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002  # the address's word
    own = reverse("papers:feed", args=[format])
    return _answer(request, format, channel("", "/", own, Paper.objects.visible()))


@require_safe
def topic_feed(request: HttpRequest, code: str, format: str) -> HttpResponse:  # noqa: A002  # as above
    if "\0" in code:
        raise Http404  # PostgreSQL takes no text with it, not even to compare with
    topic = get_object_or_404(Topic, code=code)
    own = reverse("papers:topic_feed", args=[code, format])
    papers = Paper.objects.visible().about(topic)
    return _answer(request, format, channel(str(topic), f"/topics/{code}/", own, papers))


@require_safe
def author_feed(request: HttpRequest, slug: str, format: str) -> HttpResponse:  # noqa: A002  # as above
    """The number at the end of the slug is the author; the name before it may be an old one."""
    author = get_object_or_404(Author.objects.select_related("merged_into"), pk=_row(slug))
    if author.merged_into:
        return redirect("papers:author_feed", author.merged_into.slug, format, permanent=True)
    own = reverse("papers:author_feed", args=[author.slug, format])
    papers = Paper.objects.visible().filter(pk__in=author.papers.values("pk"))
    return _answer(request, format, channel(author.name, f"/a/{author.slug}/", own, papers))


@require_safe
def search_feed(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002  # as above
    form = SearchForm(request.GET)
    if not form.is_valid():
        return _refused(form.errors.as_text())
    if not form.query.asks_for_something:
        return _refused(NOTHING_ASKED)
    asked = urlencode([(name, value) for name, value in form.data.items() if value])
    own = f"{reverse('papers:search_feed', args=[format])}?{asked}"
    page = f"{reverse('papers:search')}?{asked}"
    papers = Paper.objects.filter(pk__in=Matches(form.query).newest(SIZE))
    what = f"search for “{form.query.text}”" if form.query.text else "a search"
    return _answer(request, format, channel(what, page, own, papers))


def _answer(request: HttpRequest, name: str, told: Channel) -> HttpResponse:
    etag, updated = told.etag, int(told.updated_at.timestamp())
    answer = get_conditional_response(request, etag, updated)
    if answer is None:
        answer = HttpResponse(FORMATS[name].write(told), FORMATS[name].content_type)
    answer["ETag"], answer["Last-Modified"] = etag, http_date(updated)
    patch_cache_control(answer, public=True, max_age=FRESH_SECONDS)
    return answer


def _refused(reason: str) -> HttpResponse:
    return HttpResponseBadRequest(reason, content_type="text/plain; charset=utf-8")


def _row(slug: str) -> int:
    number = slug.rpartition("-")[2]
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_ROW):
        raise Http404
    return int(number)
