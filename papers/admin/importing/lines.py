"""The lines of an import as the preview's table and as a file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse

from papers.admin.exchange.harmless import harmless
from papers.latex import readable
from papers.models import ImportLine, PaperImport

PER_PAGE = 100
Verdict = ImportLine.Verdict


@dataclass(frozen=True, slots=True)
class Count:
    verdict: str
    label: str
    lines: int


def counts_of(begun: PaperImport) -> list[Count]:
    """How many lines of each verdict, in the order of the verdicts."""
    lines: dict[str, int] = {}
    for verdict in begun.lines.order_by().values_list("verdict", flat=True):
        lines[verdict] = lines.get(verdict, 0) + 1
    return [
        Count(verdict.value, str(verdict.label), lines[verdict])
        for verdict in Verdict
        if verdict in lines
    ]


def page_of(begun: PaperImport, request: HttpRequest) -> Page:
    lines = begun.lines.select_related("paper")
    if (verdict := request.GET.get("verdict")) in Verdict.values:
        lines = lines.filter(verdict=verdict)
    return Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))


def as_csv(begun: PaperImport) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{begun.pk}.csv"'
    file = csv.writer(answer)
    file.writerow(["line", "text", "arxiv_id", "verdict", "why", "title"])
    file.writerows(map(harmless, row) for row in _rows(begun))
    return answer


def _rows(begun: PaperImport) -> Iterator[list[object]]:
    for line in begun.lines.select_related("paper"):
        verdict = Verdict(line.verdict).label
        title = readable(line.title)
        yield [line.number, line.text, line.arxiv_id, verdict, line.told, title]
