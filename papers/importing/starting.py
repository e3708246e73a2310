"""An import with its lines: which papers are known, and which have to be asked for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from papers.importing.pasted import LONGEST_TOLD, Pasted, Verdict
from papers.models import ImportLine, Paper, PaperImport

AT_ONCE = 500  # lines written by one query


def start(pasted: Iterable[Pasted], editor: Any, now: datetime) -> PaperImport:
    """The import, for whoever carries it on. Asks for a transaction around it."""
    lines = list(_told_once(pasted))
    ids = [line.arxiv_id for line in lines if line.verdict == Verdict.ASKED]
    here = Paper.objects.only("arxiv_id", "status", "hidden_reason").in_bulk(
        ids, field_name="arxiv_id"
    )
    begun = PaperImport.objects.create(made_by=editor, made_at=now)
    rows = (_row(begun, line, here) for line in lines)
    ImportLine.objects.bulk_create(rows, batch_size=AT_ONCE)
    return begun


def _told_once(pasted: Iterable[Pasted]) -> Iterator[Pasted]:
    """Each id is asked for where it stands first."""
    first: dict[str, int] = {}
    for line in pasted:
        if line.arxiv_id and line.arxiv_id in first:
            told = f"The same paper as in line {first[line.arxiv_id]}."
            yield replace(line, verdict=Verdict.REPEATED, told=told)
        else:
            first.setdefault(line.arxiv_id, line.number)
            yield line


def _row(begun: PaperImport, line: Pasted, here: Mapping[str, Paper]) -> ImportLine:
    paper = here.get(line.arxiv_id) if line.verdict == Verdict.ASKED else None
    hidden = paper is not None and paper.status == Paper.Status.HIDDEN
    told = f"Hidden: {paper.hidden_reason}" if paper and hidden else line.told
    return ImportLine(
        paper_import=begun,
        number=line.number,
        text=line.text,
        arxiv_id=line.arxiv_id,
        verdict=Verdict.KNOWN if paper else line.verdict,
        told=told[:LONGEST_TOLD],
        paper=paper,
    )
