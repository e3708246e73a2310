"""Recognising a reader on a browser, without accounts: a signed cookie, set only by a button.

No GET sets it, so neither a forwarded mail nor a scanner that opens links recognises anybody.
Raising a subscriber's `link_version` revokes it together with every personal link.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse

from subscriptions.models import Subscriber

COOKIE = "reader"
LIFETIME = timedelta(days=365)
REMEMBERED = "_recognised_reader"  # on the request
RECOGNISED = {Subscriber.State.ACTIVE, Subscriber.State.PAUSED}


def recognise(response: HttpResponse, subscriber: Subscriber) -> None:
    """Have the browser that gets this response say, from now on, whose it is."""
    response.set_cookie(
        COOKIE,
        _signer().sign(f"{subscriber.pk}.{subscriber.link_version}"),
        max_age=LIFETIME,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def recognised(request: HttpRequest) -> Subscriber | None:
    """Whose browser this is: somebody who confirmed and has not left. Else None. Asked once."""
    remembered = vars(request)
    if REMEMBERED not in remembered:
        remembered[REMEMBERED] = _claimed(request)
    reader: Subscriber | None = remembered[REMEMBERED]
    return reader


def shown_to(request: HttpRequest) -> Subscriber | None:
    """The same, for what a page shows: it differs by reader then.

    So the sessions' middleware answers with Vary: Cookie.
    """
    request.session.accessed = True
    return recognised(request)


def _claimed(request: HttpRequest) -> Subscriber | None:
    try:
        claim = _signer().unsign(request.COOKIES[COOKIE], max_age=LIFETIME)
    except (KeyError, BadSignature):
        return None
    number, _, version = claim.partition(".")
    readers = Subscriber.objects.filter(state__in=RECOGNISED)
    return readers.filter(pk=number, link_version=version).first()


def _signer() -> TimestampSigner:
    # Like links, it outlives a changed SECRET_KEY. The salt binds the key to this one purpose.
    return TimestampSigner(key=settings.LINK_KEY, salt="recognition")
