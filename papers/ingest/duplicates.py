"""Two rows that turn out to be one paper: a source says that this arXiv id and this DOI are one."""

from collections.abc import Iterable
from datetime import datetime

from papers.ingest.precedence import ARXIV
from papers.models import Paper
from papers.sources import FetchedPaper

KNOWING = {*ARXIV, "semantic-scholar"}


def hide_duplicates(
    told: Iterable[tuple[FetchedPaper, Paper | None]], source: str, now: datetime
) -> None:
    """The row that has the DOI alone is hidden, and gives the DOI to the one on arXiv."""
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
