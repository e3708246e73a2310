"""RSS 2.0 and Atom 1.0, by Django's own writers."""

from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import linebreaks

from papers.feeds.channel import Channel
from papers.feeds.entries import Entry

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


class Rss(Rss201rev2Feed):
    """RSS has room for an author's address only; readers take names from Dublin Core."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:dc": DUBLIN_CORE}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)

    def latest_post_date(self) -> Any:
        return self.feed["updated_at"]


class Atom(Atom1Feed):
    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")

    def latest_post_date(self) -> Any:
        return self.feed["updated_at"]


def rss(channel: Channel) -> str:
    return _written(Rss, channel)


def atom(channel: Channel) -> str:
    return _written(Atom, channel)


def _written(writer: type[SyndicationFeed], channel: Channel) -> str:
    feed = writer(
        channel.title,
        channel.page_url,
        channel.description,
        language=settings.LANGUAGE_CODE,
        author_name=settings.SITE_NAME,  # which Atom asks for where an entry has none
        feed_url=channel.own_url,
        updated_at=channel.updated_at,
    )
    for entry in channel.entries():
        _add(feed, entry)
    return feed.writeString("utf-8")


def _add(feed: SyndicationFeed, entry: Entry) -> None:
    feed.add_item(
        entry.title,
        entry.page_url,
        linebreaks(entry.text, autoescape=True),  # readers take it for HTML
        unique_id=entry.key,
        unique_id_is_permalink=True,
        categories=entry.topics,
        pubdate=entry.published_at,
        updateddate=entry.updated_at,
        authors=entry.authors,
    )
