from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.editions import last_day
from papers.models import Edition
from papers.paging import canonical, page_of
from papers.periods import Period
from papers.reading import candidates, listed, topic_counts


@require_safe
def edition(request: HttpRequest, day: date) -> HttpResponse:
    now = timezone.now()
    published = Edition.objects.filter(date__lte=last_day(now))
    found = published.filter(date=day).first()
    if found is None:
        return _no_edition(request, day)
    topics = topic_counts(found)
    chosen = next((topic for topic in topics if topic.code == request.GET.get("topic")), None)
    shown = candidates(found)
    if chosen:
        shown = shown.filter(paper__primary_topic__code=chosen.code)
    page = page_of(request, shown.values_list("paper", flat=True))
    named = {"day": date_format(day, "DAY_FORMAT")}
    context = {
        "page_title": _("Edition of %(day)s") % named,
        "page_description": _("The research papers most noticed on %(day)s.") % named,
        "edition": found,
        "corrections": found.corrections.all(),
        "topics": topics,
        "chosen": chosen,
        "month": Period.month_of(day),
        "page": page,
        "entries": listed(list(page), now, page.start_index()),
        "previous": published.filter(date__lt=day).order_by("-date").first(),
        "next": published.filter(date__gt=day).order_by("date").first(),
        "canonical_url": canonical(request.path, page),
    }
    return render(request, "papers/edition.html", context)


def _no_edition(request: HttpRequest, day: date) -> HttpResponse:
    today = last_day(timezone.now())
    earlier = Edition.objects.newest(min(day, today))
    later = Edition.objects.filter(date__gt=day, date__lte=today).order_by("date").first()
    context = {"day": day, "earlier": earlier, "later": later}
    return render(request, "papers/no_edition.html", context, status=404)
