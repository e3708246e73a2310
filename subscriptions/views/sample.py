"""A digest for who gives no address: made as it is mailed, and nothing is kept of it."""

from datetime import datetime
from hashlib import sha256
from operator import attrgetter

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from papers.editions import current_edition
from subscriptions import framing, wording, zones
from subscriptions.digests import pipeline
from subscriptions.emails.digest import DigestContent, as_mail
from subscriptions.fields import TopicsForm
from subscriptions.forms import zone_field
from subscriptions.models import Subscriber
from subscriptions.views.coming import next_three
from subscriptions.views.guessed import offer_zone
from subscriptions.views.landing import first_topics
from subscriptions.views.wish import Wish, wish_of

KEPT_SECONDS = 60


class SampleForm(TopicsForm):
    timezone = zone_field(widget=forms.Select(choices=zones.NEARBY), initial="UTC", required=False)


@gzip_page  # here and below: there is nothing secret to guess from its length (BREACH)
@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    wish = wish_of(request.GET)
    form = SampleForm(initial=wish.told, first=first_topics(now))
    offer_zone(form)
    # nobody, with the schedule that everybody begins with
    reader = Subscriber(timezone=wish.zone or settings.TIME_ZONE)
    context = {
        "wish": wish,
        "form": form,
        "digest": _digest(wish, now),
        "sandbox": framing.SANDBOX,
        "frame": wish.address("sample_mail"),
        "text": wish.address("sample_mail", part="text"),
        "subscribe": wish.address("landing") + "#subscribe",
        "schedule": wording.schedule(reader),
        "next_three": next_three(reader, now),
    }
    return render(request, "subscriptions/sample.html", context)


@gzip_page
@require_safe
def sample_mail(request: HttpRequest) -> HttpResponse:
    """The mail by itself: its HTML for a frame, or its text with `part=text`."""
    digest = _digest(wish_of(request.GET), timezone.now())
    if digest is None:
        raise Http404
    mail = as_mail(digest)
    if request.GET.get("part") == "text":
        response = HttpResponse(mail.text, content_type="text/plain; charset=utf-8")
    else:
        response = framing.in_a_frame(mail.html)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _digest(wish: Wish, now: datetime) -> DigestContent | None:
    """None as long as there is nothing to show. Kept for a minute: page and frame ask for it."""
    edition = current_edition(now)
    if edition is None:
        return None
    language = translation.get_language() or settings.LANGUAGE_CODE
    topics = sorted(wish.topics, key=attrgetter("code"))
    asked = (edition.pk, edition.built_at, language, *(topic.code for topic in topics))
    key = f"sample-{sha256(repr(asked).encode()).hexdigest()}"
    content = cache.get(key)
    if content is None:
        content = pipeline.sample(topics, now, language=language)
        cache.set(key, content, KEPT_SECONDS)
    return content if content.items else None
