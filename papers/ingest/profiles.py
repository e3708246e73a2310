"""What an author's own page says: metrics, and the day they were read."""

from datetime import date
from typing import Any

from papers.ingest.byline import authors_named
from papers.ingest.cleaning import cleaned_authors
from papers.ingest.facts import news_of
from papers.models import Author, Topic
from papers.naming import name_key
from papers.sources import AuthorProfile, FetchedAuthor

METRICS = ("h_index", "paper_count", "citation_count", "novelty", "ai_score")


def write_profile(profile: AuthorProfile, read_on: date) -> None:
    """Update the author's row, made if need be, unless its metrics are of a later day."""
    for person in cleaned_authors((FetchedAuthor(profile.name, profile.affiliation),)):
        author = authors_named([person.name])[name_key(person.name)]
        news = news_of(_told(profile, person.affiliation, read_on), author)
        is_older = author.metrics_read_on and author.metrics_read_on > read_on
        if news and not is_older:
            Author.objects.filter(pk=author.pk).update(**news)


def _told(profile: AuthorProfile, affiliation: str, read_on: date) -> dict[str, Any]:
    metrics = {name: getattr(profile, name) for name in METRICS}
    has_metrics = any(value is not None for value in metrics.values())
    topic = Topic.objects.filter(code=profile.topic).first()
    return {
        **metrics,
        "metrics_read_on": read_on if has_metrics else None,
        "affiliation": affiliation,
        "main_topic_id": topic.pk if topic else None,
    }
