"""Papers of one announcement feed, Atom or RSS 2.0."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from io import BytesIO
from typing import Any

import feedparser

from papers.identifiers import version_of
from papers.sources import FetchedPaper, Problem
from papers.sources.arxiv.announcements import EASTERN
from papers.sources.arxiv.creators import authors_in
from papers.sources.arxiv.facts import UnreadableError, bare_id, read_all
from papers.sources.arxiv.markup import read_document
from papers.sources.arxiv.topics import arxiv_topics
from papers.sources.web import Answer

PREFIX = re.compile(
    r"\A\s*arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<kind>[\w-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE
)

Entry = Mapping[str, Any]  # as feedparser gives them


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one feed holds. `day` is "" where there is no entry; `whole` is whether all arrived."""

    papers: tuple[FetchedPaper, ...]
    problems: tuple[Problem, ...]
    day: str
    whole: bool


def announcement_in(answer: Answer, today: date) -> Announcement:
    """Raises SourceError for what is no feed. `today` is the day of the US East."""
    tags = ("rss", "item") if "<rss" in answer.text[:2000] else ("feed", "entry")
    document = read_document(answer, *tags)
    # only what was found sound and without a document type gets to feedparser
    sound = BytesIO(document.text.encode())
    feed = feedparser.parse(sound, sanitize_html=False, resolve_relative_uris=False)
    papers, problems = read_all(feed.entries, partial(_paper_of, today=today), answer.url)
    times = filter(None, (_announced(entry, today) for entry in feed.entries))
    days = [when.date().isoformat() for when in times]
    told = (*document.problems, *problems)
    return Announcement(papers, told, max(days, default=""), document.is_whole)


def _paper_of(entry: Entry, today: date) -> FetchedPaper:
    title = " ".join(entry.get("title", "").split())
    summary = entry.get("summary", "")
    prefix = PREFIX.match(summary)
    arxiv_id = bare_id(entry.get("id", "")) or bare_id(prefix["id"] if prefix else "")
    if not arxiv_id or not title:
        raise UnreadableError(
            f"An entry lacks its {'title' if arxiv_id else 'arXiv id'} and was left out:"
            f" “{(title or arxiv_id or summary)[:80]}”."
        )
    topics = arxiv_topics([tag.get("term") or "" for tag in entry.get("tags", [])])
    return FetchedPaper(
        title=title,
        abstract=" ".join(summary[prefix.end() if prefix else 0 :].split()),
        authors=authors_in(_creators(entry)),
        primary_topic=next(iter(topics), ""),
        topics=topics,
        arxiv_id=arxiv_id,
        version=version_of(arxiv_id),
        announced_at=_announced(entry, today) if _kind(entry, prefix) == "new" else None,
    )


def _creators(entry: Entry) -> str:
    people = [author.get("name", "") for author in entry.get("authors", [])]
    return ", ".join(people) if len(people) > 1 else entry.get("author", "")


def _kind(entry: Entry, prefix: re.Match[str] | None) -> str:
    """Its own element tells it, else the words before the abstract."""
    told = entry.get("arxiv_announce_type", "").strip().lower()
    return told or (prefix["kind"].lower() if prefix else "")


def _announced(entry: Entry, today: date) -> datetime | None:
    """At midnight of the US East; None for what is no time, or a day to come."""
    text = entry.get("published", "")
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, OverflowError):  # OverflowError: a time beyond the calendar
            found = read(text)
            if found.tzinfo:
                there = found.astimezone(EASTERN)
                return there if there.date() <= today else None
    return None
