"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from django.conf import settings

from papers.feeds.channel import Channel
from papers.feeds.entries import Entry


def json_feed(channel: Channel) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.page_url,
        "feed_url": channel.own_url,
        "language": settings.LANGUAGE_CODE,
        "items": [_item(entry) for entry in channel.entries()],
    }
    return json.dumps(feed, ensure_ascii=False)


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.key,
        "url": entry.page_url,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": entry.published_at.isoformat(),
        "date_modified": entry.updated_at.isoformat(),
        "authors": [{"name": name} for name in entry.authors],
        "tags": list(entry.topics),
    }
    return item | ({"external_url": entry.read_url} if entry.read_url else {})
