"""Proposed papers that were accepted: fetched from arXiv, then linked to what was proposed."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from papers.ingest import IngestReport, ingest
from papers.models import Paper, Submission
from papers.sources import Problem, Wanted
from papers.sources.arxiv import api
from papers.sources.arxiv.ids import told_of
from papers.sources.web import Web

LONGEST_REASON = 200  # characters that the row holds
SOURCE = "arxiv-api"


def fetch_accepted(web: Web, now: datetime) -> IngestReport:
    """Fetch what was accepted and is not here yet; no request when there is nothing.

    One that arXiv says it does not have is not asked for again. One that an answer merely left
    out is: the answer may have been cut short.
    """
    report = IngestReport()
    problems: list[Problem] = []
    _link()
    if wanted := tuple(_missing().values_list("arxiv_id", flat=True)):
        for fetched in api.fetch(Wanted(ids=wanted), web, now):
            report += ingest(fetched, source=SOURCE, now=now, file=SOURCE)
            problems += fetched.problems
        _link()
        _give_up(problems)
    return report


def _missing() -> QuerySet[Submission]:
    accepted = Submission.objects.filter(state=Submission.State.ACCEPTED, paper=None)
    return accepted.order_by("decided_at", "pk")


def _link() -> None:
    missing = dict(_missing().values_list("arxiv_id", "pk"))
    here = Paper.objects.filter(arxiv_id__in=missing).values_list("arxiv_id", "pk")
    for arxiv_id, paper in here:
        Submission.objects.filter(pk=missing[str(arxiv_id)], paper=None).update(paper=paper)


def _give_up(problems: Sequence[Problem]) -> None:
    for submission in _missing():
        if told := told_of(submission.arxiv_id, problems):
            Submission.objects.filter(pk=submission.pk, paper=None).update(
                state=Submission.State.NOT_FOUND, reason=told[:LONGEST_REASON]
            )
