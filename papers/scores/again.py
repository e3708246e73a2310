"""Scores asked for by hand."""

from collections.abc import Sequence

from django.conf import settings

from papers.models import ScheduledIngest, Score


def score_again(paper_ids: Sequence[int]) -> bool:
    """Compare these papers anew at the next tick; False where nothing is done by itself."""
    Score.objects.filter(paper__in=paper_ids).update(text_key="")
    order = ScheduledIngest.objects.filter(source="rank", enabled=True).update(next_at=None)
    return settings.INGEST_SCHEDULED and order == 1
