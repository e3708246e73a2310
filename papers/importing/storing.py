"""The next lines made papers, by the way that all papers come in."""

from datetime import datetime

from papers.importing.facts import from_json
from papers.importing.pasted import LONGEST_TOLD, Verdict
from papers.ingest import ingest
from papers.models import ImportLine, Paper, PaperImport
from papers.naming import shortened
from papers.sources import Fetched
from papers.submissions import SOURCE

AT_ONCE = 100
UNTOLD = "It was left out by the way that papers come in."


def store_next(begun: PaperImport, now: datetime) -> bool:
    """Whether there were any. The same again stores nothing twice."""
    lines = list(begun.lines.filter(verdict=Verdict.NEW)[:AT_ONCE])
    if not lines:
        return False
    papers = tuple(from_json(line.facts, line.pk) for line in lines)
    report = ingest(Fetched(papers=papers), source=SOURCE, now=now, file=SOURCE)
    told = {problem.line: problem.message for problem in report.problems}
    here = Paper.objects.only("arxiv_id").in_bulk(
        [line.arxiv_id for line in lines], field_name="arxiv_id"
    )
    for line in lines:
        line.paper = here.get(line.arxiv_id)
        line.verdict = Verdict.IMPORTED if line.paper else Verdict.REFUSED
        line.told = "" if line.paper else shortened(told.get(line.pk, UNTOLD), LONGEST_TOLD)
        line.facts = {} if line.paper else line.facts
    ImportLine.objects.bulk_update(lines, ["paper", "verdict", "told", "facts"])
    return True
