from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

LIFETIME = timedelta(days=365)


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """A page of its own, because a form on every page would set a cookie on every visitor."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return render(request, "subscriptions/language.html", {"back": _back(request)})
    response = HttpResponseRedirect(_back(request))
    remember(response, chosen)
    return response


def _back(request: HttpRequest) -> str:
    """Where the reader came from, if that is a page of ours."""
    asked = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(
        asked, {request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours and asked.startswith("/") else "/"


def remember(response: HttpResponse, chosen: str) -> None:
    """On this browser: pages that are not a reader's own are shown in it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=LIFETIME,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
