"""What arXiv announces today (Atom or RSS): new papers, cross-lists and new versions, by topic.

All wanted topics are asked for at once; no topics means all of arXiv, one archive at a time,
because a feed holds 2,000 entries at the most. Only the newest announcement is served, from
midnight of the US East on, and none on days without one. The watermark is the day of that
announcement, given only when every feed arrived whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings

from papers.sources import Fetched, Problem, SourceError, Wanted
from papers.sources.arxiv.announced import Announcement, announcement_in
from papers.sources.arxiv.announcements import EASTERN, is_announcement_day
from papers.sources.arxiv.facts import arxiv_service
from papers.sources.arxiv.topics import archives, noting_unknown
from papers.sources.continuation import cursor_of, place_at
from papers.sources.limiting import up_to
from papers.sources.web import Answer, Web

MOST_ENTRIES = 2000
NO_ANNOUNCEMENT = "no announcement today"
NOT_OUT_YET = "today's announcement is not out yet"


@dataclass(frozen=True, slots=True)
class Feeds:
    """So many feeds are read; the oldest day that one of them told; whether all were whole."""

    done: int = 0
    day: str = ""
    whole: bool = True


def fetch(wanted: Wanted, web: Web, now: datetime) -> Iterator[Fetched]:
    today = now.astimezone(EASTERN).date()
    return up_to(wanted.limit, noting_unknown(_fetch_feeds(wanted, web, today)))


def _fetch_feeds(wanted: Wanted, web: Web, today: date) -> Iterator[Fetched]:
    feeds = ["+".join(wanted.topics)] if wanted.topics else archives()
    read = place_at(wanted.cursor, Feeds())
    for topics in feeds[read.done :]:
        announced = _announcement(topics, web, today)
        read = _after(read, announced)
        fetched = Fetched(papers=announced.papers, problems=announced.problems)
        if read.done < len(feeds):
            yield replace(fetched, cursor=cursor_of(read))
        else:
            watermark = read.day if read.whole else ""
            yield replace(fetched, watermark=watermark, note=_note(read.day, today))


def _announcement(topics: str, web: Web, today: date) -> Announcement:
    answer = web.get(arxiv_service(settings.ARXIV_FEED_URL), path=f"/{topics}")
    _refuse_errors(answer, topics)
    announced = announcement_in(answer, today)
    if len(announced.papers) + len(announced.problems) < MOST_ENTRIES:
        return announced
    message = (
        f"The feed of {topics} is full with {MOST_ENTRIES} entries, so that some are missing."
        " Narrow the topics: INGEST_TOPICS, or --topics."
    )
    problems = (*announced.problems, Problem(answer.url, 1, message))
    return replace(announced, problems=problems)


def _after(read: Feeds, announced: Announcement) -> Feeds:
    days = [day for day in (read.day, announced.day) if day]
    return Feeds(read.done + 1, min(days, default=""), read.whole and announced.whole)


def _note(day: str, today: date) -> str:
    """What an absent announcement means; none of it is an error."""
    if day >= today.isoformat():
        return ""
    return NOT_OUT_YET if is_announcement_day(today) else NO_ANNOUNCEMENT


def _refuse_errors(answer: Answer, topics: str) -> None:
    if answer.status >= 400:  # noqa: PLR2004  # HTTP's errors
        raise SourceError(
            f"arXiv's feed answered {answer.status} for {topics}: “{answer.text[:120]}”."
            " Check the topics and ARXIV_FEED_URL."
        )
