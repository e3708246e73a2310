"""A mail put together from frames is, to the byte, the mail that is rendered whole."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from papers.models import Correction, Edition
from seeds import mail_cards
from subscriptions.emails.content import DigestContent, Item, Section
from subscriptions.emails.digest import as_mail, web_copy
from subscriptions.emails.digest_facts import Shared, own_facts
from subscriptions.emails.rendering import BASE, render_html, render_text
from tests.subscriptions.test_digest_shapes import digest

HOSTILE = "<b>it's</b> &amp; \"q\" 'a'\xa0b --> <!-- {{ to }} </p> hole-0-to- é 研"


def hostile(content: DigestContent) -> DigestContent:
    """Every text that somebody else wrote, at its worst."""
    sections = tuple(
        replace(section, items=tuple(with_hostile_texts(item) for item in section.items))
        for section in content.sections
    )
    return replace(content, subject=HOSTILE, to=f"{HOSTILE}@example.com", sections=sections)


def with_hostile_texts(item: Item) -> Item:
    texts: dict[str, Any] = dict.fromkeys(("title", "teaser", "topic_name", "affiliation"), HOSTILE)
    card = replace(item.card, authors=(HOSTILE,), code_url="https://x.org/?a=1&b='2", **texts)
    return Item(item.position, card, (HOSTILE, "Chosen"))


def correction(text: str) -> Correction:
    return Correction(edition=Edition(date=mail_cards.EDITION), number=1, subject=text, text=text)


CONTENTS = {
    "daily": digest(),
    "of one paper": digest(for_you=1, elsewhere=0, candidates=1),
    "without a page of its own": digest(web_url=""),
    "weekly": digest(kind="weekly", for_you=9),
    "after a pause": digest(missed=5, kind="short"),
    "in German": digest(language="de"),
    "with papers left out": digest(left_out=3),
    "corrected": digest(corrections=(correction("One"), correction(f"Two\n\n\n\n{HOSTILE}"))),
    "hostile": hostile(digest(missed=2)),
    "hostile in German": hostile(digest(language="de", kind="weekly")),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_is_to_the_byte_what_is_rendered_whole(name: str) -> None:
    content = CONTENTS[name]
    for _ in range(2):  # the second time, all that is shared is there already
        with translation.override(content.language):
            assert as_mail(content).html == rendered_whole(content)
            assert as_mail(content).text == written_whole(content)


@pytest.mark.parametrize("name", CONTENTS)
def test_so_is_its_page_on_the_web(name: str) -> None:
    content = CONTENTS[name]
    nobody = replace(content, to="", preferences_url="", pause_url="", unsubscribe_url="")
    with translation.override(content.language):
        assert web_copy(content) == rendered_whole(nobody, private=True)


def test_what_one_reader_is_told_is_not_told_to_the_next() -> None:
    first, second = digest(to="ada@example.com"), digest(to="emmy@example.com")
    assert "ada@example.com" in as_mail(first).html
    assert "ada@example.com" not in as_mail(second).html + as_mail(second).text


# --- the same without frames: one document, its styles inlined at once ------------------


def rendered_whole(content: DigestContent, *, private: bool = False) -> str:
    facts = facts_of(content, private=private)
    facts["corrections"] = beside_comments(
        render_to_string("emails/parts/correction.html", {"subject": one.subject, "text": one.text})
        for one in content.corrections
    )
    facts["papers"] = beside_comments(rows(content))
    return tidied(render_html("digest", facts))


def written_whole(content: DigestContent) -> str:
    corrections = [
        f"{translation.gettext('Correction: %(subject)s') % {'subject': one.subject}}\n{one.text}"
        for one in content.corrections
    ]
    papers = [part for section in content.sections for part in paragraphs(section)]
    own = {"corrections": "\n\n".join(corrections), "papers": "\n\n".join(papers)}
    return render_text("digest", facts_of(content) | own)


def facts_of(content: DigestContent, *, private: bool = False) -> dict[str, Any]:
    return asdict(Shared.of(content, {}, private=private)) | own_facts(content)


def beside_comments(rows: Iterator[str]) -> str:
    """The template names rows within a comment, which ends before them and begins again after."""
    return mark_safe(f"-->{''.join(row.strip() for row in rows)}<!--")  # noqa: S308  # made here


def rows(content: DigestContent) -> Iterator[str]:
    numbers = iter(range(len(content.items)))
    for section in content.sections:
        yield heading(section.title, "section")
        for group in section.groups:
            if group.heading:
                yield heading(group.heading, "day")
            for item in group.items:
                yield row(item, content, top=next(numbers) == 0)


def heading(text: str, kind: str) -> str:
    return render_to_string("emails/parts/heading.html", {"heading": text, "kind": kind})


def row(item: Item, content: DigestContent, *, top: bool) -> str:
    reasons = format_html_join("", " · <bdi>{}</bdi>", ((reason,) for reason in item.reasons))
    facts = {
        "card": item.card,
        "page_url": item.card.page_url,
        "top": top,
        "position": item.position,
        "reasons": format_html("-->{}<!--", reasons),
        "item": content.web_url and f"{content.web_url}{item.position}/",
    }
    return render_to_string("emails/parts/paper.html", BASE | facts)


def tidied(html: str) -> str:
    return html.replace("<!---->", "")


def paragraphs(section: Section) -> Iterator[str]:
    yield section.title.upper()
    for group in section.groups:
        if group.heading:
            yield group.heading
        for item in group.items:
            facts = {"card": item.card, "page_url": item.card.page_url}
            card = render_to_string("emails/digest/card.txt", facts).strip()
            yield f"[{item.position}] {' · '.join(item.reasons)}".rstrip() + f"\n{card}"
