"""A paper that stands twice in one file."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from papers.naming import name_key, title_key
from papers.sources import FetchedPaper
from papers.sources.listing.page import Finding, Page

CONFLICT = (
    "'{title:.60}' stands here again and differs from line {line}, which was kept; "
    "expected each paper once."
)


def without_repeats(findings: Iterable[Finding], page: Page) -> Iterator[Finding]:
    """The findings with each paper once; a second one that differs becomes a problem."""
    known: dict[tuple[str, str], FetchedPaper] = {}
    for finding in findings:
        if not isinstance(finding, FetchedPaper):
            yield finding
            continue
        first = known.setdefault(_key(finding), finding)
        if first is finding:
            yield finding
        elif not _are_alike(first, finding):
            message = CONFLICT.format(title=finding.title, line=first.line)
            yield page.problem(finding.line, message)


def _key(paper: FetchedPaper) -> tuple[str, str]:
    """What makes it the same paper in the database too, where no identifier is known."""
    first_author = paper.authors[0].name if paper.authors else ""
    return title_key(paper.title) or paper.title, name_key(first_author)


def _are_alike(one: FetchedPaper, other: FetchedPaper) -> bool:
    return replace(one, line=0) == replace(other, line=0)
