"""The way of a saved page, from its bytes to papers and problems."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from papers.naming import name_key
from papers.sources import AuthorProfile, Fetched, FetchedAuthor, FetchedPaper, Problem
from papers.sources.listing.author_page import read_dense_page, read_spaced_page
from papers.sources.listing.daily import read_daily_page
from papers.sources.listing.layout import Layout, layout_of
from papers.sources.listing.page import Finding, Page, UnreadableError, open_page
from papers.sources.listing.repeats import without_repeats

READERS = {
    Layout.DENSE: read_dense_page,
    Layout.SPACED: read_spaced_page,
    Layout.DAILY: read_daily_page,
}


def read_listing(data: bytes, file: str, as_of: date) -> Fetched:
    """All that a saved page holds. Never raises: what can't be read is among the problems.

    `file` names the page in problems. `as_of` is the day it was saved: a date without a year is
    the latest such day up to it, and a date after it is a problem.
    """
    try:
        page = open_page(data, file, as_of)
        return _gathered(tuple(_findings(page)), page)
    except UnreadableError as reason:
        return Fetched((), (Problem(file, reason.line, reason.message),))


def _findings(page: Page) -> Iterator[Finding]:
    return without_repeats(READERS[layout_of(page)](page), page)


def _gathered(findings: tuple[Finding, ...], page: Page) -> Fetched:
    papers = tuple(finding for finding in findings if isinstance(finding, FetchedPaper))
    problems = tuple(finding for finding in findings if isinstance(finding, Problem))
    authors = [finding for finding in findings if isinstance(finding, AuthorProfile)]
    if not papers and not problems:
        problems = (page.problem(1, "the page lists no paper; expected at least one."),)
    in_order = tuple(sorted(problems, key=lambda problem: problem.line))
    credited = tuple(_credited(paper, authors[:1]) for paper in papers)
    return Fetched(credited, in_order, profiles=tuple(authors[:1]))


def _credited(paper: FetchedPaper, authors: Sequence[AuthorProfile]) -> FetchedPaper:
    """Whose page it is has a part in all its papers, where "et al." may have cut the name off."""
    named = {name_key(author.name) for author in paper.authors}
    cut = [FetchedAuthor(each.name) for each in authors if name_key(each.name) not in named]
    return replace(paper, authors=(*paper.authors, *cut)) if cut else paper
