from datetime import datetime

from django.conf import settings

from papers.trending import votes_worth


def worth(score: float, at: datetime) -> str:
    """A trending score in words that mean something: the votes that would have earned it then."""
    return f"{votes_worth(score, at, settings.TRENDING_HALF_LIFE_HOURS):.1f}"
