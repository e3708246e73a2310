from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.models import Paper, Topic
from papers.paging import canonical, page_of
from papers.reading import listed
from papers.topic_names import local_name

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Group:
    """Topics that belong together, each with its number of recent papers."""

    name: str
    topics: Sequence[tuple[Topic, int]]

    @property
    def busy(self) -> list[tuple[Topic, int]]:
        return [(topic, count) for topic, count in self.topics if count]

    @property
    def quiet(self) -> list[tuple[Topic, int]]:
        return [(topic, count) for topic, count in self.topics if not count]


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    since = timezone.now() - RECENT
    recent = Paper.objects.visible().filter(first_seen_at__gte=since).order_by()
    rows = recent.values_list("topics").annotate(Count("pk"))
    counts = dict(rows)
    found = [(topic, counts.get(topic.pk, 0)) for topic in Topic.objects.all()]
    groups = [
        Group(local_name(name), list(of)) for name, of in groupby(found, lambda pair: pair[0].group)
    ]
    context = {
        "page_title": _("Topics"),
        "page_description": _("All subjects of research papers, and how many came in lately."),
        "groups": groups,
    }
    return render(request, "papers/topics.html", context)


@require_safe
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """Its papers of the last month; a code in another case leads to the right one."""
    found = _topic(code)
    if found.code != code:
        return redirect("papers:topic", found.code, permanent=True)
    now = timezone.now()
    papers = Paper.objects.visible().about(found)
    papers = papers.filter(first_seen_at__gte=now - RECENT, first_seen_at__lte=now)
    newest_first = request.GET.get("sort") == "new"
    ordered = papers.order_by("-first_seen_at", "pk") if newest_first else papers.by_trending()
    page = page_of(request, ordered.values_list("pk", flat=True))
    context = {
        "page_title": found.local_name,
        "page_description": _("Trending research papers in %(topic)s (%(code)s).")
        % {"topic": found.local_name, "code": found.code},
        "topic": found,
        "newest_first": newest_first,
        "unranked": newest_first,
        "page": page,
        "entries": listed(list(page), now, page.start_index()),
        "canonical_url": canonical(request.path, page),
    }
    return render(request, "papers/topic.html", context)


def _topic(code: str) -> Topic:
    same = Topic.objects.filter(Q(code=code) | Q(code__iexact=code))
    found = sorted(same, key=lambda topic: topic.code != code)
    if not found:
        raise Http404(f"There is no topic {code}.")
    return found[0]
