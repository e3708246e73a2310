"""Papers for tests of scores, and what was stored of them."""

from datetime import UTC, datetime, timedelta

from papers.models import Paper, Score
from tests.factories import PaperFactory

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def paper(text: str = "", days_ago: int = 0, **facts: object) -> Paper:
    """Seen and published so many days ago; its abstract is all that it says."""
    seen_at = NOW - days_ago * DAY
    dates = {"first_seen_at": seen_at, "published_on": seen_at.date(), "updated_at": seen_at}
    return PaperFactory.create(**{"abstract": text, "title": "On", **dates, **facts})


def earlier_papers(count: int, text: str = "old known things") -> list[Paper]:
    return [paper(text, days_ago=100 - number) for number in range(count)]


def score(of: Paper) -> Score:
    return Score.objects.get(paper=of)
