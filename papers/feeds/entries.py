"""A paper as every format of a feed tells it."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from papers.latex import readable
from papers.models import Paper

# what XML 1.0 cannot hold, not even escaped
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """Plain text. `key` is an address that leads to the paper for ever, whatever ids it gets."""

    key: str
    title: str
    page_url: str
    read_url: str
    authors: tuple[str, ...]
    text: str
    topics: tuple[str, ...]
    published_at: datetime
    updated_at: datetime


def entry(paper: Paper) -> Entry:
    """The paper comes `with_card_facts`."""
    topics = {*paper.topics.all(), *filter(None, [paper.primary_topic])}
    return Entry(
        key=f"{settings.SITE_URL}/p/n{paper.pk}/",
        title=clean(readable(paper.title)),
        page_url=settings.SITE_URL + paper.get_absolute_url(),
        read_url=paper.abstract_url,
        authors=tuple(clean(one.author.name) for one in paper.authorships.all()),
        text=clean("\n\n".join(map(readable, filter(None, [paper.summary, paper.abstract])))),
        topics=tuple(sorted(topic.code for topic in topics)),
        published_at=paper.first_seen_at,
        updated_at=max(paper.updated_at, paper.first_seen_at),
    )


def clean(text: str) -> str:
    return FORBIDDEN.sub("", text)
