"""Where each paper of a topic stands among the others: by attention, authors and novelty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from papers.scores.facts import Facts
from papers.scores.percentiles import percentiles, percentiles_of_attention
from papers.trending import UNNOTICED

YARDSTICK_DAYS = 365  # papers of these days are what others are measured by
TRENDING_DAYS = 30
YOUNGEST_DAYS = 30  # citations of a paper's first days would tell its age, not its worth

Known = Mapping[int, Facts]  # by paper, all of one topic
Percentiles = dict[int, float]  # by paper; unknown where it is not there


@dataclass(frozen=True, slots=True)
class Standings:
    """The percentiles of a topic's papers."""

    trending: Percentiles
    cited: Percentiles
    authors: Percentiles
    novelty: Percentiles

    def attention(self, paper: int) -> float | None:
        """By what it trends or by its citations, whichever is better."""
        each = (self.trending.get(paper), self.cited.get(paper))
        return max((percentile for percentile in each if percentile is not None), default=None)


def yardstick_from(today: date) -> date:
    return today - timedelta(days=YARDSTICK_DAYS)


def standings(known: Known, dissimilarity: Mapping[int, float | None], today: date) -> Standings:
    recent = {paper for paper, facts in known.items() if facts.day >= yardstick_from(today)}
    h_indexes = {paper: facts.h_index for paper, facts in known.items()}
    return Standings(
        trending=_trending(known, today),
        cited=_cited(known, recent, today),
        authors=percentiles(_told(h_indexes), recent),
        novelty=percentiles(_told(dissimilarity), recent),
    )


def _told(values: Mapping[int, float | None]) -> dict[int, float]:
    return {paper: value for paper, value in values.items() if value is not None}


def _trending(known: Known, today: date) -> Percentiles:
    """Of the papers first seen in the last 30 days, among each other."""
    since = datetime.combine(today - timedelta(days=TRENDING_DAYS), time.min, UTC)
    scores = {
        paper: facts.trending for paper, facts in known.items() if facts.first_seen_at >= since
    }
    return percentiles_of_attention(scores, scores.keys(), UNNOTICED)


def _cited(known: Known, recent: set[int], today: date) -> Percentiles:
    """Of citations for a paper's age."""
    a_day = {
        paper: facts.citations / max((today - facts.day).days, YOUNGEST_DAYS)
        for paper, facts in known.items()
        if facts.citations is not None
    }
    return percentiles_of_attention(a_day, recent, 0)
