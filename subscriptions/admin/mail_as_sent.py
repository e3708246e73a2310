"""A digest's mail as it was sent, made anew by composition's own code, without what is personal."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from subscriptions.digests.composition import composer
from subscriptions.emails.digest import as_mail
from subscriptions.models import Digest
from subscriptions.models.states import GIVEN_UP, State

PERSONAL = ("preferences_url", "unsubscribe_url", "pause_url", "web_url")
WITHOUT_MAIL = (State.PENDING, *GIVEN_UP)
_TOKEN = re.compile(r"[\w-]{20,}")


@dataclass(frozen=True, slots=True)
class MailAsSent:
    headers: dict[str, str]
    text: str
    html: str
    size: int


def mail_as_sent(digest: Digest, now: datetime) -> MailAsSent | None:
    """None for one that has, or had, no mail.

    A link of its reader opens their pages, and these show the address; so whoever looks at this
    sees each of them with as many x in its place.
    """
    if digest.state in WITHOUT_MAIL or "next_send_at" not in digest.frozen:
        return None
    content = composer([digest], now)(digest)
    hidden: dict[str, Any] = {name: _without_token(getattr(content, name)) for name in PERSONAL}
    mail = as_mail(replace(content, to=str(digest.subscriber), **hidden))
    email = mail.as_email()
    addressed = {"From": email.from_email, "To": mail.to, "Subject": mail.subject}
    return MailAsSent(
        addressed | {name: str(value) for name, value in email.extra_headers.items()},
        mail.text,
        mail.html,
        len(mail.html.encode()),
    )


def _without_token(url: str) -> str:
    site, path = url[: len(settings.SITE_URL)], url[len(settings.SITE_URL) :]
    return site + _TOKEN.sub(lambda token: "x" * len(token[0]), path)
