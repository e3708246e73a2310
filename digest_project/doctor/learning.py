"""What the personal ranking has learned from all papers, and whether it can be used."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from digest_project.doctor.findings import Finding, Question, in_one_line, ok, warn
from papers.models import Paper, RelevanceModel, ScheduledIngest
from papers.relevance import keeping
from papers.relevance.embedding import Unusable, embedding
from papers.relevance.fitting import FEWEST_PAPERS
from papers.relevance.packing import Unreadable

RELEVANCE = "relevance"
STALE = timedelta(weeks=3)
ANEW = "Run manage.py fit_relevance."


def relevance_is_learned(question: Question) -> Iterator[Finding]:
    """What is wanted from now on, then what is used until then."""
    try:
        if settings.RELEVANCE_EMBEDDING:
            embedding(settings.RELEVANCE_EMBEDDING)
    except Unusable as error:
        fix = "Correct RELEVANCE_EMBEDDING, or empty it: then no library is needed."
        yield warn(RELEVANCE, in_one_line(error), fix)
    last = RelevanceModel.objects.usable().first()
    yield _of(last, question) if last else _of_none()


def _of_none() -> Finding:
    papers = Paper.objects.visible().count()
    if papers < FEWEST_PAPERS:
        told = f"{papers} papers are too few to learn from: each day's tell which words are rare"
        return ok(RELEVANCE, told)
    return warn(RELEVANCE, f"nothing was learned yet from {papers} papers", ANEW)


def _of(last: RelevanceModel, question: Question) -> Finding:
    try:
        keeping.read(last)
    except (Unreadable, Unusable) as error:
        told = f"version {last.pk} cannot be used: {in_one_line(error)}"
        return warn(RELEVANCE, told, f"{ANEW} Until then each day's papers alone count.")
    age = question.now - last.fitted_at
    told = f"version {last.pk} of {last.papers} papers, {age.days} days old"
    if age > STALE and _is_scheduled():
        fix = f"{ANEW} The admin's scheduled ingests say why the nightly one did not."
        return warn(RELEVANCE, told, fix)
    return ok(RELEVANCE, told)


def _is_scheduled() -> bool:
    order = ScheduledIngest.objects.filter(source="relevance", enabled=True)
    return settings.INGEST_SCHEDULED and order.exists()
