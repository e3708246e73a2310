"""System checks: what a start refuses, and what a deployment is warned of.

`manage.py` runs the errors before its commands, `manage.py check --deploy` the warnings too.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from subscriptions.webhooks import readiness
from subscriptions.webhooks.secrets import SIGNATURES, TELLS_NOTHING, missing_secrets

MAILBOX = "subscriptions.mailbox.backend.MailboxBackend"
SENDS_NOTHING = {
    f"django.core.mail.backends.{name}.EmailBackend"
    for name in ("console", "dummy", "filebased", "locmem")
}
# "List-Unsubscribe: <", the address and ">" make a line of 78, beyond which headers are folded.
UNSUBSCRIBE_URL_LENGTH = 58
SITE_URL_LENGTH = UNSUBSCRIBE_URL_LENGTH - len("/u/") - 20  # a token has 20 characters


@checks.register()
def mail_can_leave(**_: Any) -> Iterable[CheckMessage]:
    """The email backend exists, has its keys, and is not the mailbox of a trial."""
    backend = settings.EMAIL_BACKEND
    if backend == MAILBOX and not settings.TRYING_OUT:
        yield checks.Error(
            "The local mailbox keeps mail instead of sending it.",
            hint="Set EMAIL_BACKEND to a real one, or DEMO=true while you try it out.",
            id="morning_papers.E001",
        )
        return
    try:
        get_connection()
    except ImproperlyConfigured as error:
        yield checks.Error(
            f"EMAIL_BACKEND={backend} lacks a setting: {_one_line(error)}",
            hint=_missing_variable(error),
            id="morning_papers.E002",
        )
    except ImportError as error:
        yield checks.Error(
            f"EMAIL_BACKEND={backend} cannot be loaded: {_one_line(error)}",
            hint="Give a class by its full name, such as anymail.backends.postmark.EmailBackend.",
            id="morning_papers.E003",
        )


@checks.register(checks.Tags.security, deploy=True)
def installation_is_for_real(**_: Any) -> Iterable[CheckMessage]:
    if settings.TRYING_OUT:
        yield checks.Warning(
            "DEBUG or DEMO is on: anybody may read the mailbox.",
            hint="Set DEBUG=false and DEMO=false.",
            id="morning_papers.W001",
        )
    if settings.EMAIL_BACKEND in SENDS_NOTHING:
        yield checks.Warning(
            f"EMAIL_BACKEND={settings.EMAIL_BACKEND} sends nothing to anybody.",
            hint="Set EMAIL_BACKEND to Django's smtp backend or to one of anymail's.",
            id="morning_papers.W002",
        )
    if not settings.POSTAL_ADDRESS:
        yield checks.Warning(
            "POSTAL_ADDRESS is empty, but many countries ask for it in every mailing.",
            hint="Set POSTAL_ADDRESS to the sender's postal address, in one line.",
            id="morning_papers.W003",
        )
    if settings.SECURE_SSL_REDIRECT and not settings.SECURE_PROXY_SSL_HEADER:
        yield checks.Warning(
            "REDIRECT_TO_HTTPS is on without BEHIND_PROXY: behind a proxy that ends TLS every page "
            "would redirect to itself for ever.",
            hint="Set BEHIND_PROXY=true, and have the proxy set X-Forwarded-Proto itself.",
            id="morning_papers.W007",
        )


@checks.register(checks.Tags.security, deploy=True)
def links_will_last(**_: Any) -> Iterable[CheckMessage]:
    """Links in mails that have left cannot be mended."""
    if not settings.SITE_URL.startswith("https://"):
        yield checks.Warning(
            f"SITE_URL is {settings.SITE_URL}: personal links and the cookies of staff travel "
            "unencrypted, and mail providers offer no one-click unsubscribe.",
            hint="Set SITE_URL to an https:// address.",
            id="morning_papers.W004",
        )
    if len(settings.SITE_URL) > SITE_URL_LENGTH:
        yield checks.Warning(
            f"With SITE_URL={settings.SITE_URL} unsubscribe links are longer than "
            f"{UNSUBSCRIBE_URL_LENGTH} characters: their header is folded, which some programs "
            "cannot read.",
            hint=f"Use a host with which SITE_URL has at most {SITE_URL_LENGTH} characters.",
            id="morning_papers.W005",
        )
    if sha256(f"links {settings.SECRET_KEY}".encode()).hexdigest() == settings.LINK_KEY:
        yield checks.Warning(
            "LINK_KEY is derived from SECRET_KEY: a new SECRET_KEY would break the links in every "
            "mail sent, and forget which addresses must never be mailed again.",
            hint="Set LINK_KEY to a long random text of its own, once and for good.",
            id="morning_papers.W006",
        )


@checks.register(checks.Tags.security, deploy=True)
def events_are_heard(**_: Any) -> Iterable[CheckMessage]:
    """Who bounced or complained must not be mailed again, and only the provider knows."""
    named = re.fullmatch(r"anymail\.backends\.(\w+)\.EmailBackend", settings.EMAIL_BACKEND)
    if named and named[1] in SIGNATURES and (missing := missing_secrets(named[1])):
        yield checks.Warning(
            f"Events of {named[1]} are refused: bounces and complaints stay unknown.",
            hint=f"Set {' or '.join(f'ANYMAIL_{name}' for name in missing)}, and have the provider "
            f"post to {settings.SITE_URL}/hooks/{named[1]}/.",
            id="morning_papers.W008",
        )
    elif named and named[1] in SIGNATURES and (fault := readiness.fault_of(named[1])):
        yield checks.Warning(
            f"Events of {named[1]} are refused: {fault}.",
            hint="The table under “Provider events” in docs/deploying.md says what it needs.",
            id="morning_papers.W009",
        )
    elif named and named[1] in TELLS_NOTHING:
        yield checks.Warning(
            f"Events of {named[1]} cannot be read: bounces and complaints stay unknown.",
            hint="Read the mailbox of the sender's address, and run manage.py suppress for those "
            "who bounce or complain; or choose another provider.",
            id="morning_papers.W010",
        )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _missing_variable(error: ImproperlyConfigured) -> str | None:
    # anymail says: "You must set ANYMAIL = {'X_KEY': ...} or ANYMAIL_X_KEY or X_KEY in …"
    named = re.search(r"\bANYMAIL_\w+", str(error))
    return f"Set {named[0]}." if named else None
