"""The newest papers for feed readers, in three formats.

    entries      a paper as every format tells it
    channel      a feed as a value: everything, a topic, an author, a search
    xml          RSS 2.0 and Atom 1.0
    json_feed    JSON Feed 1.1
    formats      the formats by the name that addresses use

Feeds are asked for again and again, mostly to learn that nothing changed. `Channel.etag` answers
that from a few columns, before anything is rendered.
"""

from papers.feeds.channel import Channel
from papers.feeds.formats import FORMATS, Format

__all__ = ["FORMATS", "Channel", "Format"]
