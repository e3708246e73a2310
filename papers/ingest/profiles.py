"""What a source says of an author: metrics, and the day they were read."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from papers.ingest.cleaning import cleaned_authors, sound_url
from papers.ingest.facts import Believed
from papers.ingest.people import People
from papers.ingest.precedence import METRICS, Claim
from papers.models import Author, Topic
from papers.naming import name_key
from papers.sources import AuthorProfile, FetchedAuthor

FIGURES = ("h_index", "paper_count", "citation_count", "novelty", "ai_score")


def write_profiles(
    profiles: Sequence[AuthorProfile], source: str, read_on: date, *, may_add: bool
) -> None:
    """Update the authors' rows, unless their metrics are of a later day.

    `may_add` makes a row for one who stands on none of our papers.
    """
    profiles = [profile for profile in profiles if name_key(profile.name)]
    people = People(source, profiles)
    found = [(profile, people.anywhere(profile, may_add=may_add)) for profile in profiles]
    people.save()
    for profile, author in found:
        if author:
            _write(profile, author, source, read_on)


def _write(profile: AuthorProfile, author: Author, source: str, read_on: date) -> None:
    believed = Believed()
    claim = Claim(source, revised=read_on.isoformat())
    for name, value in _told(profile).items():
        believed.consider(author, name, value, claim, METRICS)
    if believed.told_by.keys() & set(FIGURES):
        believed.news["metrics_read_on"] = read_on
    if believed.told_by:
        believed.news["told_by"] = author.told_by | believed.told_by
        Author.objects.filter(pk=author.pk).update(**believed.news)


def _told(profile: AuthorProfile) -> dict[str, Any]:
    [person] = cleaned_authors((FetchedAuthor(profile.name, profile.affiliation),))
    topic = Topic.objects.filter(code=profile.topic).first() if profile.topic else None
    figures = {name: getattr(profile, name) for name in FIGURES}
    return {
        **figures,
        "affiliation": person.affiliation,
        "homepage": sound_url(profile.homepage),
        "main_topic_id": topic.pk if topic else None,
    }
