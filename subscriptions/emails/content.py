"""What one digest says, as values."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext

from papers.cards import Card
from papers.models import Correction
from papers.naming import shortened
from subscriptions import timing

WORDS_A_MINUTE = 200
PREHEADER_TITLES = 3
PREHEADER_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of the digest; reasons in words."""

    position: int
    card: Card
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Items below one heading: that of their section, or of the day they came in."""

    items: tuple[Item, ...]
    day: date | None = None
    is_top_pick: bool = False

    @property
    def heading(self) -> str:
        """In the language that is active; "" where the section's is enough."""
        if self.day is None:
            return ""
        day = date_format(self.day, "MONTH_DAY_FORMAT")
        return gettext("Top pick · %(day)s") % {"day": day} if self.is_top_pick else day


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a title; `name` is the ranking's: "for_you", "elsewhere" or "missed"."""

    title: str
    items: tuple[Item, ...]
    name: str = ""
    by_day: bool = False

    @property
    def groups(self) -> tuple[Group, ...]:
        """All in one; or the top pick, and then the others by day, the newest first."""
        if not self.by_day or not all(map(_day, self.items)):
            return (Group(self.items),)
        top = self.items[0]
        rest = sorted(self.items[1:], key=_day, reverse=True)  # older digests were numbered by rank
        days = groupby(rest, key=lambda item: item.card.came_in_on)
        groups = (Group(tuple(items), day) for day, items in days)
        return (Group((top,), top.card.came_in_on, is_top_pick=True), *groups)


@dataclass(frozen=True, slots=True)
class DigestContent:
    """Everything that one digest says. A personal address is "" where there is nobody to have it.

    `kind` is "daily", "weekly" or "short"; `missed_since` is when a pause began that this digest
    makes up for; `left_out` counts the papers that the HTML part had no room for; `corrections` are
    those of its edition that it carries.
    """

    to: str
    subject: str
    message_id: str
    edition_date: date
    due_at: datetime
    candidates: int
    sections: tuple[Section, ...]
    next_send_at: datetime
    timezone: str
    preferences_url: str = ""
    unsubscribe_url: str = ""
    web_url: str = ""
    pause_url: str = ""
    kind: str = "daily"
    language: str = "en"
    format: str = "html"
    missed_since: datetime | None = None
    left_out: int = 0
    corrections: tuple[Correction, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def reading_minutes(self) -> int:
        words = sum(_words(item.card.teaser) + 12 for item in self.items)
        return max(1, round(words / WORDS_A_MINUTE))

    @property
    def preheader(self) -> str:
        """Three other titles than the top pick's, each cut so that all are seen."""
        return " · ".join(
            shortened(item.card.title, PREHEADER_TITLE_LENGTH)
            for item in self.items[1 : PREHEADER_TITLES + 1]
        )

    @property
    def next_send(self) -> datetime:
        """By the reader's clock, and naive, so that nobody converts it again."""
        return self.next_send_at.astimezone(timing.zone(self.timezone)).replace(tzinfo=None)

    @property
    def away_from(self) -> date | None:
        """The reader's own date on which the pause began."""
        zone = timing.zone(self.timezone)
        return self.missed_since.astimezone(zone).date() if self.missed_since else None

    def count(self, section: str) -> int:
        return sum(len(one.items) for one in self.sections if one.name == section)


@lru_cache(maxsize=2048)
def _words(text: str) -> int:
    return len(text.split())


def _day(item: Item) -> str:
    return item.card.came_in


def without_last(content: DigestContent) -> Iterator[tuple[Section, ...]]:
    """The sections with one paper less, with two less, and so on down to the top pick."""
    sections = content.sections
    for _ in content.items[1:]:
        *before, last = sections
        shorter = replace(last, items=last.items[:-1])
        sections = (*before, shorter) if shorter.items else tuple(before)
        yield sections
