"""Every mail there is, as a sample: made by the very code that sends, from rows never saved.

What people look at (make email-preview) and what tests measure.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils import translation

from papers.cards import GROWTH_DAYS, Card
from papers.models import Correction, Edition
from seeds import mail_cards
from seeds.mail_cards import EDITION
from seeds.mail_reader import personal_reasons
from subscriptions.digests.composition import Placed, content
from subscriptions.emails import digest as digests
from subscriptions.emails import notice as notices
from subscriptions.emails.message import Mail
from subscriptions.emails.subject import subject_line
from subscriptions.models import Digest, DigestPaper, Notice, Subscriber
from subscriptions.ranking import Reason
from subscriptions.ranking.reasons import NOTABLE_GROWTH, REASONS_SHOWN

Section = DigestPaper.Section
MORNING = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = "Europe/Berlin"
CORRECTION = Correction(
    edition=Edition(date=EDITION),
    number=1,
    subject="Two papers had each other's authors",
    text="The authors of the second and the third paper were swapped.\n\n"
    "Both pages say it right now. We are sorry.",
)


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
    follows_nothing: bool = False
    corrections: Sequence[Correction] = ()

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
    papers = mail_cards.ordinary(40)
    mine = [card for card in papers if personal_reasons(card)]
    others = [card for card in papers if not personal_reasons(card)]
    return [
        Story("daily", mine[:8], others[:2]),
        Story("daily-one-paper", papers[:1], follows_nothing=True),
        Story("weekly", _of_a_week(mine[:10]), others[:2], kind="weekly"),
        Story("short", (), others[:3], kind="short"),
        Story("catch-up", mine[:6], others[:2], mine[6:11]),
        Story("corrected", mine[:8], others[:2], corrections=[CORRECTION]),
        Story("plain-text", mine[:8], others[:2], mail_format="text"),
        Story("worst-longest", mail_cards.longest(), follows_nothing=True),
        Story("worst-right-to-left", mail_cards.right_to_left(), follows_nothing=True),
        Story("worst-emoji", mail_cards.emoji(), follows_nothing=True),
        Story("worst-bare", mail_cards.bare(), follows_nothing=True),
        Story("worst-formulas", mail_cards.formulas(), follows_nothing=True),
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
            if kind == Notice.Kind.CORRECTION:
                row.correction = CORRECTION
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
    said = content(digest, _placed(story), cards, story.corrections)
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


def _placed(story: Story) -> Iterator[Placed]:
    for position, (section, card) in enumerate(story.sections, start=1):
        reasons = _first_two(_reasons(story, card, section, position))
        yield Placed(card.paper, section, position, json.dumps(reasons))


def _reasons(story: Story, card: Card, section: str, position: int) -> Iterator[Reason]:
    if section == Section.ELSEWHERE:
        yield {"kind": "elsewhere", "topic": card.topic, "name": card.topic_name}
    elif story.follows_nothing:
        yield {"kind": "trending"}
    else:
        if position == 1 and story.kind == "daily":
            yield {"kind": "pinned"}
        yield from personal_reasons(card)
    if section != Section.MISSED and card.growth >= NOTABLE_GROWTH:
        yield {"kind": "votes", "growth": card.growth, "days": GROWTH_DAYS}


def _first_two(reasons: Iterable[Reason]) -> list[Reason]:
    return list(islice(reasons, REASONS_SHOWN))


def _of_a_week(papers: Sequence[Card]) -> tuple[Card, ...]:
    """In the order shown: the top pick came in on a Wednesday, of the others two on each day."""
    days = [EDITION - 2 * DAY, *(EDITION - number // 2 * DAY for number in range(len(papers) - 1))]
    return tuple(
        replace(card, came_in=day.isoformat(), published=day.isoformat())
        for card, day in zip(papers, days, strict=True)
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
