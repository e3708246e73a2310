"""What the address of a sample asks for. What makes no sense is left out, and named."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.text import Truncator

from papers.models import Topic
from subscriptions import timing

NAMED = 3  # topics that the page names, known ones and unknown ones
NAME_LENGTH = 40  # characters of each


@dataclass(frozen=True, slots=True)
class Wish:
    """Topics and a zone that exist ("" is none), and what does not, as typed."""

    topics: tuple[Topic, ...]
    zone: str
    unknown_topics: tuple[str, ...]
    unknown_zone: str

    @property
    def first_topics(self) -> str:
        return ", ".join(topic.local_name for topic in self.topics[:NAMED])

    @property
    def more_topics(self) -> int:
        return max(0, len(self.topics) - NAMED)

    @property
    def told(self) -> dict[str, str | list[str]]:
        """As initial values of a form, and as the query of an address."""
        zone: dict[str, str | list[str]] = {"timezone": self.zone} if self.zone else {}
        return {"topics": [topic.code for topic in self.topics]} | zone

    def address(self, page: str, **more: str) -> str:
        """That page, asked for the same."""
        return reverse(f"subscriptions:{page}", query={**self.told, **more})


def wish_of(query: QueryDict) -> Wish:
    offered = {topic.code: topic for topic in Topic.objects.all()}
    asked = dict.fromkeys(query.getlist("topics"))
    unknown = [code for code in asked if code not in offered]
    zone = query.get("timezone", "")
    exists = timing.is_zone(zone)
    return Wish(
        topics=tuple(offered[code] for code in asked if code in offered),
        zone=zone if exists else "",
        unknown_topics=tuple(_shown(code) for code in unknown[:NAMED]),
        unknown_zone="" if exists else _shown(zone),
    )


def _shown(typed: str) -> str:
    """Something of it that a sentence can hold."""
    readable = "".join(char for char in typed if char.isprintable())
    return Truncator(readable).chars(NAME_LENGTH)
