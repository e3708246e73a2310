"""The scores of one topic's papers: computed from what is known of them, and stored."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.conf import settings
from django.db import transaction

from papers.models import Paper, Score, Topic
from papers.scores.comparing import compare
from papers.scores.facts import Facts, facts_of
from papers.scores.parts import Parts, ai_score, parts_of
from papers.scores.similarity import Likeness
from papers.scores.standings import Known, Standings, standings, yardstick_from

CHUNK = 1000
COMPUTED = (
    "trending_percentile",
    "dissimilarity",
    "novelty",
    "ai_score",
    "parts",
    "nearest",
    "text_key",
)

Compared = Mapping[int, tuple[Likeness, str]]  # by paper, with the key of its text


@dataclass(frozen=True, slots=True)
class RankedTopic:
    """How many papers it has, how many were compared with earlier ones, how many scores changed."""

    papers: int
    compared: int
    changed: int


def rank_topic(topic: Topic, today: date, *, anew: bool) -> RankedTopic:
    """Bring the scores of its visible papers up to date; `anew` compares them all again."""
    papers = Paper.objects.visible().filter(primary_topic=topic)
    known = facts_of(papers)
    stored = Score.objects.filter(paper__in=papers).iterator()
    before = {score.paper_id: score for score in stored if score.paper_id in known}
    compared = compare(topic, papers, known, {} if anew else before, yardstick_from(today))
    kept = {paper: _as_compared(score) for paper, score in before.items()}
    scores = _scores(known, kept | compared, today)
    changed = [score for score in scores if _is_news(score, before.get(score.paper_id))]
    _store(changed)
    return RankedTopic(len(known), len(compared), len(changed))


def _as_compared(score: Score) -> tuple[Likeness, str]:
    return Likeness(score.dissimilarity, tuple(score.nearest)), score.text_key


def _scores(known: Known, compared: Compared, today: date) -> Iterator[Score]:
    dissimilarity = {paper: likeness.dissimilarity for paper, (likeness, _) in compared.items()}
    standing = standings(known, dissimilarity, today)
    for paper, (likeness, text_key) in compared.items():
        parts = _parts(paper, known[paper], standing)
        yield Score(
            paper_id=paper,
            trending_percentile=standing.trending.get(paper),
            dissimilarity=likeness.dissimilarity,
            novelty=standing.novelty.get(paper),
            ai_score=ai_score(parts),
            parts=parts,
            nearest=list(likeness.nearest),
            text_key=text_key,
            scored_on=today,
        )


def _parts(paper: int, facts: Facts, standing: Standings) -> Parts:
    percentiles = {
        "attention": standing.attention(paper),
        "authors": standing.authors.get(paper),
        "code": 100.0 if facts.has_code else 0.0,
        "novelty": standing.novelty.get(paper),
    }
    return parts_of(percentiles, settings.AI_SCORE_WEIGHTS)


def _is_news(score: Score, before: Score | None) -> bool:
    return any(before is None or getattr(score, f) != getattr(before, f) for f in COMPUTED)


def _store(scores: Iterable[Score]) -> None:
    remaining = iter(scores)
    while chunk := {score.paper_id: score for score in islice(remaining, CHUNK)}:
        with transaction.atomic():
            # locked against being deleted just now
            rows = Paper.objects.select_for_update(no_key=True).filter(pk__in=chunk)
            present = rows.order_by("pk").values_list("pk", flat=True)
            Score.objects.bulk_create(
                [chunk[paper] for paper in present],
                update_conflicts=True,
                unique_fields=["paper"],
                update_fields=[*COMPUTED, "scored_on"],
            )
