"""The digest as a mail and as a page: from values to subject, text, HTML and headers."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from papers.cards import Card
from subscriptions.emails.content import DigestContent, Group, Item, Section
from subscriptions.emails.fitting import shrunk
from subscriptions.emails.intro import intro
from subscriptions.emails.message import Mail, list_headers
from subscriptions.emails.rendering import (
    edition_url,
    render_fragment,
    render_html,
    render_text,
    wrapped,
)

__all__ = ["DigestContent", "Item", "Section", "as_mail", "web_copy", "whole_size"]

ROOMY = 80 * 1024  # bytes of HTML from which on somebody should look
ITEM = "ITEM/"  # where the address of one paper of one digest comes, in what all digests share
_HOLE = re.compile(r"<!--card (\d+)-->")
_FEEDBACK = "<!--feedback-->"

logger = structlog.get_logger(__name__)


def as_mail(content: DigestContent) -> Mail:
    """The same content gives the same mail, to the byte."""
    with translation.override(content.language):
        return Mail(
            to=content.to,
            subject=content.subject,
            text=render_text("digest", _facts(content) | {"texts": _texts(content)}),
            html="" if content.format == "text" else _fitting_html(content),
            message_id=content.message_id,
            date=content.due_at,
            headers=_headers(content),
        )


def web_copy(content: DigestContent) -> str:
    """The page of a digest on the web: all its papers, and nothing that names its reader."""
    nobody = replace(content, to="", preferences_url="", pause_url="", unsubscribe_url="")
    with translation.override(content.language):
        return _html(nobody, private=True)


def whole_size(content: DigestContent) -> int:
    """Bytes of the HTML part before anything is cut to make it fit; 0 for plain text."""
    with translation.override(content.language):
        return 0 if content.format == "text" else len(_html(content).encode())


def _fitting_html(content: DigestContent) -> str:
    """With all that mail programs show before they clip; as much of it as there is room for."""
    html = _html(content)
    size = len(html.encode())
    if size > ROOMY:
        logger.warning("digest_is_large", message_id=content.message_id, html_bytes=size)
    return shrunk(content, html, _html)


def _html(content: DigestContent, *, private: bool = False) -> str:
    return _with_cards(render_html("digest", _facts(content) | {"private": private}), content)


def _facts(content: DigestContent) -> dict[str, Any]:
    return {
        "digest": content,
        "intro": intro(content),
        "edition_url": edition_url(content.edition_date),
        "postal_address": settings.POSTAL_ADDRESS,
    }


def _texts(content: DigestContent) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each section's title and its groups: a heading or "", and the papers as text."""
    return [
        (section.title, [(group.heading, _papers(group, content)) for group in section.groups])
        for section in content.sections
    ]


def _papers(group: Group, content: DigestContent) -> str:
    return "\n\n".join(_item_text(item, content.language) for item in group.items)


def _item_text(item: Item, language: str) -> str:
    why = " · ".join(item.reasons)
    card = card_text(item.card, item.card.page_url, language)
    return f"[{item.position}] {why}".rstrip() + f"\n{card}"


def _with_cards(html: str, content: DigestContent) -> str:
    items = {str(item.position): item for item in content.items}
    top = next(iter(items), "")
    shared = feedback_html(content.language) if content.web_url else ""

    def paper(place: re.Match[str]) -> str:
        item = items[place[1]]
        card = card_html(item.card, item.card.page_url, content.language, top=place[1] == top)
        own = shared.replace(ITEM, f"{content.web_url}{place[1]}/")
        return why_html(item.position, item.reasons) + card.replace(_FEEDBACK, own)

    return _HOLE.sub(paper, html)


@lru_cache(maxsize=2048)
def why_html(position: int, reasons: tuple[str, ...]) -> str:
    """The line above a card; many readers have the same."""
    facts = {"position": position, "reasons": reasons}
    return render_fragment("emails/parts/why.html", facts)


@lru_cache(maxsize=2048)
def card_html(card: Card, page_url: str, language: str, *, top: bool) -> str:
    """A paper's card, the same for every reader: rendered and inlined once. A hole for feedback."""
    facts = {"card": card, "page_url": page_url, "top": top}
    with translation.override(language):
        return render_fragment("emails/parts/card.html", facts)


@lru_cache
def feedback_html(language: str) -> str:
    """What fills the hole, with `ITEM` for the address of the paper in the digest."""
    with translation.override(language):
        return " " + render_fragment("emails/parts/feedback.html", {"item": ITEM})


@lru_cache(maxsize=2048)
def card_text(card: Card, page_url: str, language: str) -> str:
    """The card for the text part."""
    facts = {"card": card, "page_url": page_url}
    with translation.override(language):
        text = render_to_string("emails/digest/card.txt", facts)
    return wrapped(re.sub(r"\n{3,}", "\n\n", text).strip())


def _headers(content: DigestContent) -> dict[str, str]:
    campaign = f"{content.edition_date:%Y%m%d}:digest"
    headers = list_headers(campaign, content.unsubscribe_url, content.message_id)
    return headers | {"Content-Language": content.language}
