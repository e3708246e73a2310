"""Pages for programs that watch this installation, which show METRICS_TOKEN."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

View = Callable[[HttpRequest], HttpResponse]


def knows_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.METRICS_TOKEN
    return bool(token) and scheme.lower() == "bearer" and constant_time_compare(given, token)


def by_token(view: View) -> View:
    """404 while no token is set, 401 for who does not know it."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        if not settings.METRICS_TOKEN:
            raise Http404
        if knows_token(request):
            return view(request)
        refused = HttpResponse("Authorization: Bearer METRICS_TOKEN\n", "text/plain", status=401)
        refused["WWW-Authenticate"] = "Bearer"
        return refused

    return asked
