from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from papers.editions import current_edition
from papers.reading import busiest_topics, candidates, entries
from subscriptions import signup, timing, typos, wake
from subscriptions.forms import SubscribeForm
from subscriptions.views import typed
from subscriptions.views.guessed import offer_zone

PAPERS_SHOWN = 12
TOPICS_SHOWN = 12
# What most people come for; they fill up the topics of a small edition.
WELL_KNOWN = [
    "cs.LG",
    "cs.CV",
    "cs.CL",
    "cs.AI",
    "stat.ML",
    "cs.RO",
    "cs.CR",
    "cs.HC",
    "cs.SE",
    "cs.IR",
    "cs.NE",
    "cs.DC",
]


# Its one secret, the CSRF token, is masked anew each time: there is nothing to guess (BREACH).
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
def landing(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        form = SubscribeForm(request.POST, first=first_topics(now))
        if form.is_valid():
            return _subscribe(request, form, now)
    else:
        form = SubscribeForm(initial=_typed_before(request), first=first_topics(now))
    offer_zone(form)
    return render(request, "subscriptions/landing.html", {"form": form, **_edition(now)})


def first_topics(now: datetime) -> list[str]:
    """The codes of the topics to begin with: the busiest of today, then well known ones."""
    edition = current_edition(now)
    busiest = busiest_topics(edition, TOPICS_SHOWN) if edition else []
    return list(dict.fromkeys([*busiest, *WELL_KNOWN]))[:TOPICS_SHOWN]


def _subscribe(request: HttpRequest, form: SubscribeForm, now: datetime) -> HttpResponse:
    chosen = form.cleaned_data
    signup.ask_to_subscribe(**chosen, now=now, language=get_language() or "en")
    transaction.on_commit(wake.notices)
    response = redirect("subscriptions:check_your_inbox")
    typed.remember(response, request.POST, chosen["email"])
    return response


def _typed_before(request: HttpRequest) -> dict[str, Any]:
    """For who came back to correct it: `?again`, or `?again=corrected`; or told by another page."""
    if "again" not in request.GET:
        return _told(request)
    before = typed.recall(request)
    if before and request.GET["again"] == "corrected":
        before["email"] = typos.likely_meant(before["email"]) or before["email"]
    return before


def _told(request: HttpRequest) -> dict[str, Any]:
    """What a topic's page or a sample carries here in the address."""
    zone = request.GET.get("timezone", "")
    topics: dict[str, Any] = {"topics": request.GET.getlist("topics")}
    return topics | {"timezone": zone} if timing.is_zone(zone) else topics


def _edition(now: datetime) -> dict[str, Any]:
    edition = current_edition(now)
    if edition is None:
        return {"edition": None, "entries": [], "paper_count": 0}
    shown = candidates(edition)
    return {
        "edition": edition,
        "entries": entries(shown[:PAPERS_SHOWN], now),
        "paper_count": shown.count(),
    }
