"""What an author's own page says: metrics, and the day they were read."""

from datetime import date

from papers.ingest.byline import authors_named
from papers.ingest.cleaning import cleaned_authors
from papers.ingest.facts import set_told
from papers.models import Author, Topic
from papers.naming import name_key
from papers.sources import AuthorProfile, FetchedAuthor

METRICS = ("h_index", "paper_count", "citation_count", "novelty", "ai_score")


def write_profile(profile: AuthorProfile, read_on: date) -> None:
    """Update the author's row, made if need be, unless its metrics are of a later day."""
    for person in cleaned_authors((FetchedAuthor(profile.name, profile.affiliation),)):
        author = authors_named([person.name])[name_key(person.name)]
        is_older = author.metrics_read_on and author.metrics_read_on > read_on
        if not is_older and _set_profile(author, profile, person.affiliation, read_on):
            author.save()


def _set_profile(author: Author, profile: AuthorProfile, affiliation: str, read_on: date) -> bool:
    metrics = {name: getattr(profile, name) for name in METRICS}
    has_metrics = any(value is not None for value in metrics.values())
    topic = Topic.objects.filter(code=profile.topic).first()
    told = {
        **metrics,
        "metrics_read_on": read_on if has_metrics else None,
        "affiliation": affiliation,
        "main_topic_id": topic.pk if topic else None,
    }
    return set_told(author, told)
