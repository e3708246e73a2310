"""EMAIL_ALLOW_LIST: whom an installation that is not the real one may mail."""

import structlog
from django.conf import settings

from subscriptions.models import Outgoing
from subscriptions.models.states import Outcome, State

logger = structlog.get_logger(__name__)
NOT_ALLOWED = Outcome(State.SKIPPED, "not on EMAIL_ALLOW_LIST", attempted=False)


def is_allowed(address: str) -> bool:
    """It or its very domain stands there, however written; an empty list allows everybody."""
    if not settings.EMAIL_ALLOW_LIST:
        return True
    allowed, address = set(map(_plain, settings.EMAIL_ALLOW_LIST)), _plain(address)
    return address in allowed or address.rpartition("@")[2] in allowed


def kept_back(mail: Outgoing) -> Outcome | None:
    """None: it may leave. Else it is told in the log, by its number, what would have left."""
    if is_allowed(mail.subscriber.email):
        return None
    logger.warning("would_have_been_sent", kind=type(mail).__name__, id=mail.pk)
    return NOT_ALLOWED


def _plain(recipient: str) -> str:
    """Of an address or a domain: in lower case, and its domain as name servers know it."""
    local, at, domain = recipient.lower().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:  # no name server knows it: as it is written
        return recipient.lower()
    return f"{local}{at}{domain}"
