"""A digest on the web, and what the pages below its address share."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views import View

from subscriptions import framing, links
from subscriptions.digests.composition import composer
from subscriptions.emails.digest import web_copy
from subscriptions.links import UnknownLink
from subscriptions.models import Digest
from subscriptions.models.states import GIVEN_UP, State
from subscriptions.views.erased import unknown_once_erased

WITHOUT_COPY = (State.PENDING, *GIVEN_UP)


class DigestView(View):
    """A page for who has the link of a digest, in its language; never cached, never indexed.

    404 for any other link; a digest that says nothing, because it never left, is told apart.
    """

    digest: Digest
    now: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        try:
            self.digest = links.resolve_digest(kwargs["token"])
        except UnknownLink:
            raise Http404 from None
        language = translation.override(language_of(self.digest))
        with language, unknown_once_erased(self.digest.subscriber):
            response = self._answer(request, *args, **kwargs)
            response.headers["Content-Language"] = translation.get_language()
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def page(self, template: str, **context: Any) -> HttpResponse:
        context |= {"subscriber": self.digest.subscriber, "digest": self.digest}
        context |= {"digest_path": links.digest_path(self.digest)}
        return render(self.request, f"subscriptions/{template}", context)

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.digest.state in WITHOUT_COPY:
            response = self.page("no_copy.html")
            response.status_code = 404
            return response
        return super().dispatch(request, *args, **kwargs)


class WebCopy(DigestView):
    """What was mailed, from the same frozen facts: also of papers that are hidden by now.

    At its head stands every correction, also those made since.
    """

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        content = composer([self.digest], self.now)(self.digest)
        corrections = tuple(self.digest.edition.corrections.all())
        return framing.alone(web_copy(replace(content, corrections=corrections)))


def language_of(digest: Digest) -> str:
    """The one it was written in."""
    return str(digest.frozen.get("language") or digest.subscriber.language)
