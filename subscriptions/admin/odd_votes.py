"""What editors are told of papers whose votes look as if they belonged together."""

from collections.abc import Iterable
from datetime import datetime

from subscriptions.anomalies import anomalies

ADVICE = "If they look bought, drop or hide the paper; else leave it."


def odd_votes(papers: Iterable[int], until: datetime) -> dict[int, str]:
    """In words, for each paper that has any; those with the most odd votes first."""
    found = anomalies(papers, until)
    most_first = sorted(found, key=lambda paper: -max(one.votes for one in found[paper]))
    return {paper: " ".join([*map(str, found[paper]), ADVICE]) for paper in most_first}
