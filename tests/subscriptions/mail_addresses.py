"""Every address that a mail carries, wherever it stands."""

import re
from html import unescape

from django.conf import settings

from subscriptions.emails.message import Mail

IN_HTML = re.compile(r"""(?:href|src|action)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
IN_TEXT = re.compile(r"https?://[^\s<>]+")


def addresses_in(mail: Mail) -> set[str]:
    """Of its HTML, its text and its headers; all absolute, or a mail program finds nothing."""
    headers = " ".join(mail.headers.values())
    return in_html(mail.html) | set(IN_TEXT.findall(f"{mail.text} {headers}"))


def in_html(html: str) -> set[str]:
    return {unescape(double or single) for double, single in IN_HTML.findall(html)}


def own_path(address: str) -> str | None:
    """Within this site, or None."""
    if address.startswith(f"{settings.SITE_URL}/"):
        return address.removeprefix(settings.SITE_URL)
    return address if address.startswith("/") else None
