"""The digest as a mail: from values to subject, text, HTML and headers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string

from papers.cards import Card
from subscriptions.emails.message import Mail
from subscriptions.emails.rendering import render_fragment, render_html, render_text

WORDS_A_MINUTE = 200
PREHEADER_TITLES = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of the digest; reasons in words."""

    position: int
    card: Card
    reasons: tuple[str, ...]

    @property
    def text(self) -> str:
        return card_text(self.card)


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class DigestContent:
    """Everything that one digest says."""

    to: str
    subject: str
    message_id: str
    edition_date: date
    due_at: datetime
    candidates: int
    sections: tuple[Section, ...]
    next_send_at: datetime
    timezone: str
    preferences_url: str
    unsubscribe_url: str

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def reading_minutes(self) -> int:
        words = sum(len(item.card.teaser.split()) + 12 for item in self.items)
        return max(1, round(words / WORDS_A_MINUTE))

    @property
    def preheader(self) -> str:
        """Three other titles than the one in the subject."""
        return " · ".join(item.card.title for item in self.items[1 : PREHEADER_TITLES + 1])


def as_mail(content: DigestContent) -> Mail:
    """The same content gives the same mail, to the byte."""
    facts = {
        "digest": content,
        "edition_url": f"{settings.SITE_URL}/d/{content.edition_date.isoformat()}/",
        "postal_address": settings.POSTAL_ADDRESS,
    }
    return Mail(
        to=content.to,
        subject=content.subject,
        text=render_text("digest", facts),
        html=_with_cards(render_html("digest", facts), content.items),
        message_id=content.message_id,
        date=content.due_at,
        headers=_headers(content),
    )


def _with_cards(html: str, items: Sequence[Item]) -> str:
    cards = {str(item.position): item.card for item in items}
    return re.sub(r"<!--card (\d+)-->", lambda place: card_html(cards[place[1]]), html)


@lru_cache(maxsize=2048)
def card_html(card: Card) -> str:
    """A paper's card, the same for every reader: rendered and inlined once."""
    return render_fragment("emails/digest/card.html", {"card": card})


@lru_cache(maxsize=2048)
def card_text(card: Card) -> str:
    """The same for the text part."""
    return render_to_string("emails/digest/card.txt", {"card": card})


def _headers(content: DigestContent) -> dict[str, str]:
    domain = settings.SENDING_DOMAIN
    mailto = f"mailto:{settings.UNSUBSCRIBE_EMAIL}?subject=unsubscribe"
    return {
        "List-Unsubscribe": f"<{content.unsubscribe_url}>, <{mailto}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"Morning Papers <digest.{domain}>",
        "Feedback-ID": f"{content.edition_date:%Y%m%d}:digest:morning-papers:{domain}",
        "Precedence": "bulk",
        "X-Entity-Ref-ID": content.message_id.strip("<>"),
    }
