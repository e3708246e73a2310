"""The digest as a mail and as a page: from values to subject, text, HTML and headers."""

from dataclasses import replace

import structlog
from django.utils import translation

from subscriptions.emails.content import DigestContent, Item, Section
from subscriptions.emails.digest_facts import Facts
from subscriptions.emails.digest_html import html
from subscriptions.emails.digest_text import text
from subscriptions.emails.fitting import shrunk
from subscriptions.emails.message import Mail, list_headers

__all__ = ["DigestContent", "Item", "Section", "as_mail", "web_copy", "whole_size"]

ROOMY = 80 * 1024  # bytes of HTML from which on somebody should look

logger = structlog.get_logger(__name__)


def as_mail(content: DigestContent) -> Mail:
    """The same content gives the same mail, to the byte."""
    with translation.override(content.language):
        facts = Facts.of(content)
        return Mail(
            to=content.to,
            subject=content.subject,
            text=text(content, facts),
            html="" if content.format == "text" else _fitting_html(content, facts),
            message_id=content.message_id,
            date=content.due_at,
            headers=_headers(content),
        )


def web_copy(content: DigestContent) -> str:
    """The page of a digest on the web: all its papers, and nothing that names its reader."""
    nobody = replace(content, to="", preferences_url="", pause_url="", unsubscribe_url="")
    with translation.override(content.language):
        return html(nobody, Facts.of(nobody, private=True))


def whole_size(content: DigestContent) -> int:
    """Bytes of the HTML part before anything is cut to make it fit; 0 for plain text."""
    with translation.override(content.language):
        return 0 if content.format == "text" else len(_whole_html(content).encode())


def _fitting_html(content: DigestContent, facts: Facts) -> str:
    """With all that mail programs show before they clip; as much of it as there is room for."""
    whole = html(content, facts)
    size = len(whole.encode())
    if size > ROOMY:
        logger.warning("digest_is_large", message_id=content.message_id, html_bytes=size)
        return shrunk(content, whole, _whole_html)
    return whole


def _whole_html(content: DigestContent) -> str:
    return html(content, Facts.of(content))


def _headers(content: DigestContent) -> dict[str, str]:
    campaign = f"{content.edition_date:%Y%m%d}:digest"
    headers = list_headers(campaign, content.unsubscribe_url, content.message_id)
    return headers | {"Content-Language": content.language}
