"""Which papers of a topic are to be compared, and with which.

A paper is compared once, and again only when its words or its topic changed. While it had too few
earlier papers, it is tried again whenever the topic is loaded for another.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

from django.db.models import F, Q

from papers.models import Score, Topic
from papers.models.paper import PaperQuerySet
from papers.scores.similarity import LOOK_BACK_DAYS, Likeness, Text, likenesses
from papers.scores.standings import Known
from papers.scores.text import text_key, words

Scores = Mapping[int, Score]


def compare(
    topic: Topic, papers: PaperQuerySet, known: Known, scores: Scores, since: date
) -> dict[int, tuple[Likeness, str]]:
    """The likeness and the text's key of papers without a score, or whose text is another now.

    `scores` are those of known papers; `since` is the day from which on papers tell how rare a
    word is.
    """
    wanted = (known.keys() - scores.keys()) | _changed(topic, papers, scores)
    if not wanted:
        return {}
    wanted |= {paper for paper, score in scores.items() if score.dissimilarity is None}
    oldest = min(known[paper].day.toordinal() for paper in wanted)
    look_back = date.fromordinal(max(1, oldest - LOOK_BACK_DAYS))
    near = papers.filter(_from(min(look_back, since)))
    keys: dict[int, str] = {}
    found = likenesses(_texts(topic, near, known, keys), wanted, since)
    return {paper: (likeness, keys[paper]) for paper, likeness in found.items()}


def _changed(topic: Topic, papers: PaperQuerySet, scores: Scores) -> set[int]:
    if not scores:
        return set()
    touched = papers.filter(updated_at__date__gte=F("score__scored_on"))
    rows = touched.values_list("pk", "title", "abstract").iterator()
    keys = ((pk, text_key(topic.code, words(f"{title}\n{text}"))) for pk, title, text in rows)
    return {pk for pk, key in keys if pk in scores and scores[pk].text_key != key}


def _from(day: date) -> Q:
    midnight = datetime.combine(day, time.min, UTC)
    return Q(published_on__gte=day) | Q(published_on=None, first_seen_at__gte=midnight)


def _texts(
    topic: Topic, papers: PaperQuerySet, known: Known, keys: dict[int, str]
) -> Iterator[Text]:
    """One after the other: the words of a whole topic are never held at once."""
    for pk, title, abstract in papers.values_list("pk", "title", "abstract").iterator():
        if pk in known:  # else it has just come in
            compared = words(f"{title}\n{abstract}")
            keys[pk] = text_key(topic.code, compared)
            yield Text(pk, known[pk].day, compared)
