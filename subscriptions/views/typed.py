"""What was typed into the form, for the next page: in a signed cookie of an hour.

Not in the address of that page, because addresses end up in logs and in the browser's history.
Without cookies the pages say less and work all the same.
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict

COOKIE = "typed"
SECONDS = 3600
A_MOMENT = 60  # seconds


def remember(response: HttpResponse, data: QueryDict, email: str) -> None:
    """The form as posted, with the address as it was understood."""
    kept: dict[str, Any] = {"email": email, "topics": data.getlist("topics")}
    kept |= {name: data[name] for name in ("frequency", "timezone") if name in data}
    keep(response, kept)


def keep(response: HttpResponse, kept: dict[str, Any]) -> None:
    """The same, as recalled; the hour begins anew."""
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=COOKIE, compress=True),
        max_age=SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def recall(request: HttpRequest) -> dict[str, Any]:
    """The same as initial values of a form; empty when there is nothing to recall."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=SECONDS)
    except signing.BadSignature:
        return {}
    return dict(kept)


def just_now(request: HttpRequest) -> bool:
    """Whether it was typed, or kept anew, less than a minute ago."""
    try:
        signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=A_MOMENT)
    except signing.BadSignature:
        return False
    return True
