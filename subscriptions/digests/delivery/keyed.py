"""Providers that take an idempotency key: told the same key again, they send nothing again.

They remember a key for a while only. After that, who must not send twice must not send.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.mail import EmailMessage

HTTP_HEADER = "Idempotency-Key"
MARGIN = timedelta(minutes=2)  # for clocks that differ and requests that travel
ANYMAIL = "anymail.backends.{}.EmailBackend"


@dataclass(frozen=True, slots=True)
class Memory:
    """How a provider is told the key: as a header of the request or of the mail; kept how long."""

    header: str
    of_request: bool
    kept: timedelta


MEMORIES = {
    ANYMAIL.format("resend"): Memory(HTTP_HEADER, of_request=True, kept=timedelta(hours=24)),
    ANYMAIL.format("brevo"): Memory("idempotencyKey", of_request=False, kept=timedelta(minutes=30)),
}


def remembered_for() -> timedelta | None:
    """How long a second attempt is safe after the first; None: this provider takes no key."""
    memory = MEMORIES.get(settings.EMAIL_BACKEND)
    return memory.kept - MARGIN if memory else None


def tell_key(email: EmailMessage, connection: Any) -> None:
    """Have the mail, whose Message-ID never changes, go with a key that follows from it."""
    memory = MEMORIES.get(settings.EMAIL_BACKEND)
    if memory is None:
        return
    key = str(uuid5(NAMESPACE_URL, str(email.extra_headers["Message-ID"])))
    if memory.of_request:
        connection.session.headers[memory.header] = key
    else:
        email.extra_headers[memory.header] = key
