"""A digest's HTML: a frame, and the rows of its papers, each rendered once for all readers."""

from collections.abc import Iterator
from functools import lru_cache

from django.utils import translation

from papers.cards import Card
from papers.models import Correction
from subscriptions.emails.content import DigestContent, Item
from subscriptions.emails.digest_facts import Facts, Shared
from subscriptions.emails.frame import Frame, hole, markup
from subscriptions.emails.rendering import render_html, render_row


def html(content: DigestContent, facts: Facts) -> str:
    """In the language that is active; `facts` are those of the content."""
    own = {name: markup(fact) for name, fact in facts.own.items()}
    own["corrections"] = "".join(map(_correction_row, content.corrections))
    own["papers"] = "".join(_rows(content, own["web_url"]))
    return _frame(facts.shared).filled(own)


@lru_cache(maxsize=512)
def _frame(shared: Shared) -> Frame:
    return Frame.of(render_html("digest", shared.with_holes()))


def _correction_row(correction: Correction) -> str:
    facts = {"subject": correction.subject, "text": correction.text}
    return render_row("emails/parts/correction.html", facts)


def _rows(content: DigestContent, web_url: str) -> Iterator[str]:
    top = True
    for section in content.sections:
        yield _heading_row(section.title, "section")
        for group in section.groups:
            if group.heading:
                yield _heading_row(group.heading, "day")
            for item in group.items:
                yield _paper_row(item, content.language, web_url, top=top)
                top = False


@lru_cache(maxsize=1024)
def _heading_row(heading: str, kind: str) -> str:
    return render_row("emails/parts/heading.html", {"heading": heading, "kind": kind})


def _paper_row(item: Item, language: str, web_url: str, *, top: bool) -> str:
    """`web_url`: the digest's page, as markup; "" if it has none."""
    url, answers = item.card.page_url, bool(web_url)
    frame = _paper_frame(item.card, url, language, top=top, answers=answers)
    return frame.filled(
        {
            "position": str(item.position),
            "reasons": _reasons(item.reasons),
            "item": f"{web_url}{item.position}/",
        }
    )


@lru_cache(maxsize=8192)
def _reasons(reasons: tuple[str, ...]) -> str:
    """Many readers have the same."""
    return "".join(f" · <bdi>{markup(reason)}</bdi>" for reason in reasons)


@lru_cache(maxsize=2048)
def _paper_frame(card: Card, page_url: str, language: str, *, top: bool, answers: bool) -> Frame:
    """Its place, its reasons and the address for answers are the reader's own."""
    facts = {
        "card": card,
        "page_url": page_url,
        "top": top,
        "position": hole("position"),
        "reasons": hole("reasons"),
        "item": hole("item") if answers else "",
    }
    with translation.override(language):
        return Frame.of(render_row("emails/parts/paper.html", facts))
