"""Every mail there is, as a sample: made by the very code that sends, from rows never saved.

What people look at (make email-preview) and what tests measure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation

from papers.cards import Card
from papers.models import Edition
from seeds import mail_cards
from seeds.mail_cards import EDITION
from subscriptions.digests.composition import content
from subscriptions.emails import digest as digests
from subscriptions.emails import notice as notices
from subscriptions.emails.message import Mail
from subscriptions.emails.subject import subject_line
from subscriptions.models import Digest, DigestPaper, Notice, Subscriber

Section = DigestPaper.Section
MORNING = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = "Europe/Berlin"
ALL_REASONS: list[list[dict[str, Any]]] = [
    [{"kind": "pinned"}],
    [
        {"kind": "topic", "topic": "cs.LG", "name": "Machine learning"},
        {"kind": "votes", "growth": 41, "days": 3},
    ],
    [{"kind": "keyword", "keyword": "diffusion models"}],
    [{"kind": "author", "author": 7, "name": "Ada Lovelace"}],
    [
        {
            "kind": "liked",
            "paper": 9,
            "title": "Attention Is All You Need",
            "terms": ["attention", "sequence", "translation"],
        }
    ],
    [{"kind": "trending"}, {"kind": "votes", "growth": 1, "days": 3}],
]


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail, and a name for it that could name a file."""

    name: str
    mail: Mail


@dataclass(frozen=True, slots=True)
class Story:
    """A digest to be made: whose cards, in which sections, and what is frozen with them."""

    name: str
    for_you: Sequence[Card] = ()
    elsewhere: Sequence[Card] = ()
    missed: Sequence[Card] = ()
    kind: str = "daily"
    mail_format: str = "html"

    @property
    def sections(self) -> Iterable[tuple[str, Card]]:
        named = ((Section.FOR_YOU, self.for_you), (Section.ELSEWHERE, self.elsewhere))
        for name, cards in (*named, (Section.MISSED, self.missed)):
            yield from ((name, card) for card in cards)


def samples(language: str) -> list[Sample]:
    """All of them in that language, notices first; each time the same to the byte."""
    with translation.override(language):
        return [*_notices(language), *(_digest(story, language) for story in stories())]


def stories() -> list[Story]:
    """Every kind of digest, then the worst of each sort."""
    papers = mail_cards.ordinary(18)
    return [
        Story("daily", papers[:8], papers[8:10]),
        Story("daily-one-paper", papers[:1]),
        Story("weekly", _of_a_week(papers[:10]), papers[10:12], kind="weekly"),
        Story("short", (), papers[8:13], kind="short"),
        Story("catch-up", papers[:6], papers[6:8], papers[8:13]),
        Story("plain-text", papers[:8], papers[8:10], mail_format="text"),
        Story("worst-longest", mail_cards.longest()),
        Story("worst-right-to-left", mail_cards.right_to_left()),
        Story("worst-emoji", mail_cards.emoji()),
        Story("worst-bare", mail_cards.bare()),
        Story("worst-formulas", mail_cards.formulas()),
    ]


def _notices(language: str) -> list[Sample]:
    made = []
    for mail_format in Subscriber.MailFormat:
        reader = _reader(language, mail_format)
        name = "notice-{}" if mail_format == Subscriber.MailFormat.HTML else "notice-{}-plain-text"
        for kind in Notice.Kind:
            row = Notice(
                subscriber=reader, kind=kind, asked_at=MORNING, message_id=_message_id(kind)
            )
            made.append(Sample(name.format(kind.value), notices.as_mail(row)))
    return made


def _digest(story: Story, language: str) -> Sample:
    cards = {card.paper: card for card in (*story.for_you, *story.elsewhere)}
    titles = [card.title for _, card in story.sections]
    digest = Digest(
        pk=1,
        subscriber=_reader(language, story.mail_format),
        edition=Edition(date=EDITION),
        local_date=EDITION,
        due_at=MORNING,
        subject=subject_line(titles),
        message_id=_message_id(f"digest-{story.name}"),
        frozen=_frozen(story, language),
    )
    said = content(digest, list(_rows(digest, story)), cards)
    return Sample(f"digest-{story.name}", digests.as_mail(said))


def _message_id(name: str) -> str:
    return f"<{name}-1@{settings.SENDING_DOMAIN}>"


def _frozen(story: Story, language: str) -> dict[str, Any]:
    weekly = story.kind == "weekly"
    frozen: dict[str, Any] = {
        "timezone": ZONE,
        "next_send_at": (MORNING + (7 * DAY if weekly else DAY)).isoformat(),
        "candidates": 482,
        "language": language,
        "format": story.mail_format,
        "frequency": "weekly" if weekly else "daily",
        "kind": story.kind,
    }
    if story.missed:
        cards = {str(card.paper): card.as_json() for card in story.missed}
        frozen |= {"missed_since": (MORNING - 9 * DAY).isoformat(), "cards": cards}
    return frozen


def _rows(digest: Digest, story: Story) -> Iterable[DigestPaper]:
    for position, (section, card) in enumerate(story.sections, start=1):
        elsewhere = section == Section.ELSEWHERE
        yield DigestPaper(
            digest=digest,
            paper_id=card.paper,
            position=position,
            section=section,
            reasons=_rising(card) if elsewhere else ALL_REASONS[(position - 1) % len(ALL_REASONS)],
        )


def _rising(card: Card) -> list[dict[str, Any]]:
    return [{"kind": "elsewhere", "topic": card.topic, "name": card.topic_name}]


def _of_a_week(papers: Sequence[Card]) -> tuple[Card, ...]:
    """Two came in on each day before the edition."""
    return tuple(
        replace(card, came_in=(EDITION - (number // 2) * DAY).isoformat())
        for number, card in enumerate(papers)
    )


def _reader(language: str, mail_format: str) -> Subscriber:
    return Subscriber(
        pk=1,
        email="ada@example.com",
        state=Subscriber.State.ACTIVE,
        timezone=ZONE,
        language=language,
        mail_format=mail_format,
        frequency=Subscriber.Frequency.DAILY,
    )
