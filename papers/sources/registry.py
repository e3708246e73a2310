"""The sources by name: what each is, what it can be asked for, and when it is worth asking.

`manage.py ingest` offers all of them; the standing orders (`papers.schedule`) ask those of the
network.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from papers.choosing import chosen_id
from papers.sources import Fetched, Wanted, daily_papers, semantic_scholar
from papers.sources.arxiv import api, feed, oai
from papers.sources.own import bibtex, jsonl
from papers.sources.rhythm import SUNDAY_TO_THURSDAY, Rhythm, after_announcements, every, nightly
from papers.sources.web import Web

Fetch = Callable[[Wanted, Web, datetime], Iterator[Fetched]]


@dataclass(frozen=True, slots=True)
class Source:
    """One that answers over the network.

    `options` are the fields of `Wanted` that it understands; `read_id` makes one of `ids` of what
    people type, or raises ValueError. The schedule asks it in its `rhythm`,
    from `look_back` before the watermark on, because some facts come late.
    """

    name: str
    summary: str
    fetch: Fetch
    options: frozenset[str]
    rhythm: Rhythm
    look_back: timedelta = timedelta(0)
    read_id: Callable[[str], str] = chosen_id


@dataclass(frozen=True, slots=True)
class FileSource:
    """One that reads files of one's own."""

    name: str
    summary: str
    read: Callable[[Path], Iterator[Fetched]]


_SOURCES = [
    Source(
        "arxiv-api",
        "arXiv's search: papers by topic and day of submission, or by their ids",
        api.fetch,
        frozenset({"topics", "since", "until", "ids", "limit"}),
        rhythm=nightly(time(0, 45)),
        look_back=timedelta(days=7),  # moderation may hold a paper for days
    ),
    Source(
        "arxiv-feed",
        "what arXiv announces today, by topic",
        feed.fetch,
        frozenset({"topics", "limit"}),
        rhythm=after_announcements,
    ),
    Source(
        "arxiv-oai",
        "arXiv's harvesting interface: all that changed, by topic; for months of papers",
        oai.fetch,
        frozenset({"topics", "since", "until", "ids", "limit"}),
        rhythm=nightly(time(22, 45), SUNDAY_TO_THURSDAY),
        look_back=timedelta(days=1),  # a day's changes may be added to after the answer
    ),
    Source(
        "daily-papers",
        "what a community votes for, by day",
        daily_papers.fetch,
        frozenset({"since", "until", "ids", "limit"}),
        rhythm=every(timedelta(hours=1)),
        look_back=timedelta(days=3),  # votes go on rising
    ),
    Source(
        "semantic-scholar",
        "citations of the papers that are here, and their authors' metrics",
        semantic_scholar.fetch,
        frozenset({"ids", "limit"}),
        rhythm=every(timedelta(days=1)),
        read_id=str.strip,  # also DOIs and its own ids: it tells by itself what is none
    ),
]
SOURCES = {source.name: source for source in _SOURCES}
FILE_SOURCES = {
    source.name: source
    for source in (
        FileSource("jsonl", "JSON Lines, one paper a line: docs/files.md", jsonl.read),
        FileSource("bibtex", "BibTeX: docs/files.md", bibtex.read),
    )
}
