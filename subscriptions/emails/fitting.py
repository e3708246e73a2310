"""Fitting: an HTML part that mail programs show whole. Gmail clips, and the footer gets lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from papers.naming import shortened
from subscriptions.emails.content import DigestContent, Item, without_last

MOST = 95 * 1024  # bytes: Gmail clips at 102 KB, and counts more than the HTML
SHORT_TEASER = 120

Render = Callable[[DigestContent], str]


def shrunk(content: DigestContent, html: str, render: Render) -> str:
    """`html` or, where that is too large, what is left when teasers and then papers are cut."""
    smaller = _smaller(content)
    while len(html.encode()) >= MOST and (less := next(smaller, None)):
        html = render(less)
    return html


def _smaller(content: DigestContent) -> Iterator[DigestContent]:
    yield _with_teasers(content, SHORT_TEASER)
    bare = _with_teasers(content, 0)
    yield bare
    for left_out, sections in enumerate(without_last(bare), start=1):
        yield replace(bare, sections=sections, left_out=left_out)


def _with_teasers(content: DigestContent, length: int) -> DigestContent:
    """A length of 0 leaves none."""
    sections = tuple(
        replace(section, items=tuple(_with_teaser(item, length) for item in section.items))
        for section in content.sections
    )
    return replace(content, sections=sections)


def _with_teaser(item: Item, length: int) -> Item:
    teaser = shortened(item.card.teaser, length) if length else ""
    return replace(item, card=replace(item.card, teaser=teaser))
