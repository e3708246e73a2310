"""A digest's plain text: a frame, and its papers, each rendered once for all readers."""

from collections.abc import Iterator
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from papers.cards import Card
from papers.models import Correction
from subscriptions.emails.content import DigestContent, Item
from subscriptions.emails.digest_facts import Facts, Shared
from subscriptions.emails.frame import Frame
from subscriptions.emails.rendering import render_text, tidied, wrapped


def text(content: DigestContent, facts: Facts) -> str:
    """In the language that is active; `facts` are those of the content."""
    own = {name: wrapped(fact) for name, fact in facts.own.items()}
    own["corrections"] = "\n\n".join(map(_correction, content.corrections))
    own["papers"] = "\n\n".join(_paragraphs(content))
    return _frame(facts.shared).filled(own)


@lru_cache(maxsize=512)
def _frame(shared: Shared) -> Frame:
    return Frame.of(render_text("digest", shared.with_holes()))


def _correction(correction: Correction) -> str:
    heading = _("Correction: %(subject)s") % {"subject": correction.subject}
    return tidied(f"{heading}\n{correction.text}")


def _paragraphs(content: DigestContent) -> Iterator[str]:
    for section in content.sections:
        yield wrapped(section.title.upper())
        for group in section.groups:
            if group.heading:
                yield wrapped(group.heading)
            for item in group.items:
                yield _paper(item, content.language)


def _paper(item: Item, language: str) -> str:
    card = _card(item.card, item.card.page_url, language)
    return f"{_why(item.position, item.reasons)}\n{card}"


@lru_cache(maxsize=8192)
def _why(position: int, reasons: tuple[str, ...]) -> str:
    """The line above a paper; many readers have the same."""
    return wrapped(f"[{position}] {' · '.join(reasons)}".rstrip())


@lru_cache(maxsize=2048)
def _card(card: Card, page_url: str, language: str) -> str:
    facts = {"card": card, "page_url": page_url}
    with translation.override(language):
        return tidied(render_to_string("emails/digest/card.txt", facts))
