"""Which papers' citations are asked for: young ones, not observed for a week, newest first."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from papers.ingest import ingest
from papers.models import Paper, Signal
from papers.models.paper import PaperQuerySet
from papers.schedule.tally import Step
from papers.sources import Wanted
from papers.sources.semantic_scholar import fetch
from papers.sources.web import Web

SOURCE = "semantic-scholar"
YOUNG = timedelta(days=90)
OBSERVED_ENOUGH = timedelta(days=7)
AT_A_TIME = 100  # papers: a page of the schedule's reading


def papers_to_cite(now: datetime) -> PaperQuerySet:
    observed = Signal.objects.filter(
        paper=OuterRef("pk"),
        source=SOURCE,
        kind=Signal.Kind.CITATIONS,
        observed_at__gt=now - OBSERVED_ENOUGH,
    )
    return (
        Paper.objects.visible()
        .filter(~Exists(observed), first_seen_at__gte=now - YOUNG, arxiv_id__isnull=False)
        .order_by("-pk")  # as they came in
    )


def citation_steps(cursor: str, web: Web, clock: Callable[[], datetime]) -> Iterator[Step]:
    """All that are due, page by page; the cursor is the row after which the next page begins.

    A paper that the source does not know yet is asked for again at the next reading.
    """
    while batch := _batch(cursor, clock()):
        ids = tuple(arxiv_id for _, arxiv_id in batch)
        before, cursor = cursor, str(batch[-1][0])
        for fetched in fetch(Wanted(ids=ids), web, clock()):
            report = ingest(fetched, source=SOURCE, now=clock(), file=SOURCE)
            yield Step(report, before or str(batch[0][0] + 1), note=fetched.note)
        yield Step(cursor=cursor)


def _batch(cursor: str, now: datetime) -> list[tuple[int, str]]:
    papers = papers_to_cite(now)
    if cursor.isdecimal():
        papers = papers.filter(pk__lt=int(cursor))
    return [(pk, str(key)) for pk, key in papers.values_list("pk", "arxiv_id")[:AT_A_TIME]]
