"""The formats by the name that addresses use."""

from collections.abc import Callable
from dataclasses import dataclass

from papers.feeds.channel import Channel
from papers.feeds.json_feed import json_feed
from papers.feeds.xml import atom, rss


@dataclass(frozen=True, slots=True)
class Format:
    """How a channel is written, and what the answer calls itself."""

    write: Callable[[Channel], str]
    content_type: str


FORMATS = {
    "rss": Format(rss, "application/rss+xml; charset=utf-8"),
    "atom": Format(atom, "application/atom+xml; charset=utf-8"),
    "json": Format(json_feed, "application/feed+json; charset=utf-8"),
}
