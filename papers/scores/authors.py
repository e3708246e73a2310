"""The scores of authors, from those of their papers. What a source told of an author stays."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from heapq import nlargest
from itertools import groupby, islice
from operator import itemgetter
from statistics import fmean
from typing import Any

from django.db import transaction

from papers.ingest.precedence import Claim
from papers.models import Author, Authorship, Paper, Topic
from papers.scores.facts import day_of

BEST = 10
BEST_DAYS = 3 * 365
OURS = Claim("rank")
FIELDS = ("novelty", "ai_score", "main_topic_id")
CHUNK = 1000

Values = Mapping[str, Any]  # by field; a field that is not there has no value


def rank_authors(today: date) -> int:
    """Bring the scores of all authors up to date; returns how many changed."""
    computed = dict(_computed(today))
    authors = Author.objects.present().only("told_by", *FIELDS).order_by("pk").iterator()
    changed = iter([each.pk for each in authors if _news(each, computed.get(each.pk, {}))])
    count = 0
    while chunk := list(islice(changed, CHUNK)):
        count += _store({author: computed.get(author, {}) for author in chunk}, today)
    return count


def _computed(today: date) -> Iterator[tuple[int, Values]]:
    """By author. One pass over all bylines, instead of a query for each author."""
    positions = dict(Topic.objects.values_list("pk", "position"))
    bylines = Authorship.objects.filter(paper__status=Paper.Status.VISIBLE)
    rows = bylines.order_by("author", "paper").values_list(
        "author",
        "paper__primary_topic",
        "paper__score__novelty",
        "paper__score__ai_score",
        "paper__published_on",
        "paper__first_seen_at",
    )
    for author, papers in groupby(rows.iterator(), key=itemgetter(0)):
        _, topics, novelties, scores, published, seen = zip(*papers, strict=True)
        days = map(day_of, published, seen)
        yield (
            author,
            {
                "novelty": _mean(novelties),
                "ai_score": _mean(_best(zip(scores, days, strict=True), today)),
                "main_topic_id": _most_frequent(topics, positions),
            },
        )


def _best(scores: Iterable[tuple[float | None, date]], today: date) -> list[float]:
    since = today - timedelta(days=BEST_DAYS)
    return nlargest(BEST, (score for score, day in scores if score is not None and day >= since))


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), 1) if known else None


def _most_frequent(topics: Iterable[int | None], positions: Mapping[int, int]) -> int | None:
    """Of equally frequent ones, the first of the taxonomy."""
    counted = Counter(topic for topic in topics if topic is not None)
    return min(counted, key=lambda topic: (-counted[topic], positions[topic]), default=None)


def _news(author: Author, computed: Values) -> dict[str, Any]:
    return {
        field: computed.get(field)
        for field in FIELDS
        if _is_ours(author, field) and getattr(author, field) != computed.get(field)
    }


def _is_ours(author: Author, field: str) -> bool:
    """A value without a teller was there before sources were noted, and stays too."""
    teller = Claim.stored(author.told_by, field).source
    return teller == OURS.source or (not teller and getattr(author, field) is None)


@transaction.atomic
def _store(chunk: Mapping[int, Values], today: date) -> int:
    # Locked and looked at again: a source may just have told what was computed here.
    rows = Author.objects.select_for_update(no_key=True).filter(pk__in=chunk).order_by("pk")
    authors = [author for author in rows if _news(author, chunk[author.pk])]
    for author in authors:
        for field, value in _news(author, chunk[author.pk]).items():
            setattr(author, field, value)
            author.told_by[field] = OURS.as_json()
        author.scored_on = today
    # as one insert that conflicts with every row: many times faster than an update by cases
    Author.objects.bulk_create(
        authors,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["novelty", "ai_score", "main_topic", "told_by", "scored_on"],
    )
    return len(authors)
