"""All scores brought up to date: topic by topic, then the authors."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from papers.models import Paper, Score, Topic
from papers.scores.authors import rank_authors
from papers.scores.papers import rank_topic

Progress = Callable[[Sequence[Topic]], Iterable[Topic]]


@dataclass(frozen=True, slots=True)
class RankReport:
    """Papers whose scores changed or stayed, papers compared with earlier ones, authors changed."""

    changed: int
    unchanged: int
    compared: int
    authors: int


def rank(
    now: datetime,
    *,
    topics: Iterable[Topic] | None = None,
    anew: bool = False,
    progress: Progress = iter,
) -> RankReport:
    """Bring the scores of visible papers with a main topic up to date, then those of all authors.

    `topics` are the ones to look at, None for all. `anew` compares each paper again, not only new
    and changed ones. `progress` is handed the topics and gives them back one by one.
    """
    today = now.astimezone(UTC).date()
    Score.objects.filter(
        Q(paper__primary_topic=None) | ~Q(paper__status=Paper.Status.VISIBLE)
    ).delete()
    chosen = list(Topic.objects.all() if topics is None else topics)
    ranked = [rank_topic(topic, today, anew=anew) for topic in progress(chosen)]
    changed = sum(topic.changed for topic in ranked)
    return RankReport(
        changed=changed,
        unchanged=sum(topic.papers for topic in ranked) - changed,
        compared=sum(topic.compared for topic in ranked),
        authors=rank_authors(today),
    )
