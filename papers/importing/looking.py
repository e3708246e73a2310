"""The next lines looked up at arXiv."""

from collections.abc import Sequence
from datetime import datetime

from papers.identifiers import base_id
from papers.importing.facts import as_json
from papers.importing.pasted import LONGEST_TOLD, Verdict
from papers.models import ImportLine, PaperImport
from papers.naming import shortened
from papers.sources import FetchedPaper, Problem, SourceError, Wanted
from papers.sources.arxiv import api
from papers.sources.arxiv.ids import BATCH, told_of
from papers.sources.web import Web

CUT_SHORT = (
    "arXiv's answer left out all papers that were asked for, without saying why. "
    "Try again in some minutes."
)


def look_up_next(begun: PaperImport, web: Web, now: datetime) -> bool:
    """One question to arXiv; whether there was one to ask. Raises SourceError."""
    lines = list(begun.lines.filter(verdict=Verdict.ASKED)[:BATCH])
    if not lines:
        return False
    found: dict[str, FetchedPaper] = {}
    problems: list[Problem] = []
    for fetched in api.fetch(Wanted(ids=tuple(line.arxiv_id for line in lines)), web, now):
        found |= {base_id(paper.arxiv_id): paper for paper in fetched.papers}
        problems += fetched.problems
    answered = [line for line in lines if _answer(line, found.get(line.arxiv_id), problems)]
    if not answered:
        raise SourceError(CUT_SHORT)
    ImportLine.objects.bulk_update(answered, ["verdict", "told", "facts"])
    return True


def _answer(line: ImportLine, paper: FetchedPaper | None, problems: Sequence[Problem]) -> bool:
    """Whether the answer told of it; one that an answer merely left out is asked for again."""
    if paper:
        line.facts, told = as_json(paper), paper.withdrawn
        line.verdict = Verdict.WITHDRAWN if told else Verdict.NEW
    elif told := told_of(line.arxiv_id, problems):
        line.verdict = Verdict.NOT_FOUND
    else:
        return False
    line.told = shortened(told, LONGEST_TOLD)
    return True
