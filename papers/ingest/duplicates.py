"""DOIs that two rows could claim: of one paper, or of two that arXiv tells apart."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from papers.ingest.matching import is_another
from papers.ingest.precedence import ARXIV
from papers.models import Paper
from papers.sources import FetchedPaper

Told = tuple[FetchedPaper, Paper | None]  # with its row, if it has one

KNOWING = {*ARXIV, "semantic-scholar"}


def without_taken_dois(told: Iterable[Told]) -> list[Told]:
    """A DOI stays with the first of two papers on arXiv that name it."""
    told = list(told)
    dois = {fetched.doi for fetched, _ in told if fetched.doi and fetched.arxiv_id}
    holders = {row.doi: row for row in Paper.objects.filter(doi__in=dois)} if dois else {}
    return [
        (replace(fetched, doi=""), row)
        if fetched.doi in holders and is_another(holders[fetched.doi], fetched)
        else (fetched, row)
        for fetched, row in told
    ]


def hide_duplicates(told: Iterable[Told], source: str, now: datetime) -> None:
    """A source knows that two rows are one paper: the one that has the DOI alone gives it away."""
    kept = {
        fetched.doi: row
        for fetched, row in told
        if fetched.doi and row and row.arxiv_id and not row.doi
    }
    if source in KNOWING and kept:
        for double in Paper.objects.filter(doi__in=kept, arxiv_id=None):
            Paper.objects.filter(pk=double.pk).update(
                doi=None,
                status=Paper.Status.HIDDEN,
                hidden_reason=f"The same paper as {kept[str(double.doi)].arxiv_id}",
                updated_at=now,
            )
