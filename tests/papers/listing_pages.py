"""Saved pages in small: what the tests of `papers.sources.listing` write and read."""

import os
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest

from papers.sources import Fetched, FetchedPaper
from papers.sources.listing import read_listing

CHECKOUT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("MORNING_PAPERS_SHARED", CHECKOUT.parent / "shared"))

AS_OF = date(2026, 6, 1)
PROSE = "Boats drift with the tide. " + "We follow small ones for a year and a day. " * 10
HEADER = (
    "Ada Byron\n\nCV\nh-index34\n54papers\n4,246citations\nNovelty55%\nAI Score64\n\n54 Papers\n\n"
)
HEADING = "new\n\nSubscribe\n\nDaily Papers\n\nbyThe Editors\n\nMay 31\n\n"


class Format(Protocol):
    """Writes one paper's block as an author page prints it."""

    def __call__(self, mark: str = ..., title: str = ..., abstract: str = ...) -> str: ...


def dense(mark: str = "CVMay 6", title: str = "Drift of Boats", abstract: str = PROSE) -> str:
    return f"{mark}\n{title}Ada Byron, Lin Wu et al.\n{abstract}\n"


def spaced(mark: str = "CVMay 6", title: str = "Drift of Boats", abstract: str = PROSE) -> str:
    return f"{mark}\n{title}\n\nAda Byron, Lin Wu et al.\n\n{abstract}\n\n"


def daily(title: str, abstract: str = PROSE) -> str:
    return f"{title}\n\n{abstract}\n\n"


def read(page: str | bytes, as_of: date = AS_OF) -> Fetched:
    data = page if isinstance(page, bytes) else page.encode()
    return read_listing(data, "page.txt", as_of)


def the_paper(page: str, as_of: date = AS_OF) -> FetchedPaper:
    fetched = read(page, as_of)
    assert fetched.problems == ()
    (paper,) = fetched.papers
    return paper


def the_problem(page: str | bytes) -> tuple[int, str]:
    (problem,) = read(page).problems
    assert problem.file == "page.txt"
    return problem.line, problem.message


def titles(fetched: Fetched) -> list[str]:
    return [paper.title for paper in fetched.papers]


author_formats = pytest.mark.parametrize("block", [dense, spaced])
