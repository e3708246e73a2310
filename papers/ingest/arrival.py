"""When a paper came in: what editions choose by."""

from datetime import UTC, date, datetime, time, timedelta

from papers.identifiers import last_day_of
from papers.ingest.facts import Believed
from papers.models import Paper
from papers.sources import FetchedPaper

# Moderators hold a paper back for days, so that one submitted a week ago may be today's.
RECENT = timedelta(days=14)
BY_HAND = {"listing"}  # somebody saved those pages to have their papers now


def came_in(fetched: FetchedPaper, source: str, now: datetime) -> datetime:
    """When the source announced it; else now, or its own day if it is clearly an older one."""
    if fetched.announced_at:
        return min(fetched.announced_at, now)
    day = fetched.published_on or last_day_of(fetched.arxiv_id)
    if source in BY_HAND or day is None or now.date() - day <= RECENT:
        return now
    return _morning_of(day)


def note_arrival(paper: Paper, arrived: datetime, believed: Believed) -> None:
    """A known paper was announced, or is older than was known. What an editor wrote stays."""
    if not paper.pk or "first_seen_at" in paper.told_by:
        return
    if announced := believed.news.get("announced_at"):
        arrived = announced
    elif paper.announced_at or arrived >= paper.first_seen_at:
        return
    if arrived != paper.first_seen_at:
        believed.news["first_seen_at"] = arrived


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
