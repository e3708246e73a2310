"""Which of the three formats a page has."""

from enum import Enum

from papers.sources.listing.blocks import read_mark
from papers.sources.listing.header import is_figure
from papers.sources.listing.page import Line, Page, UnreadableError

DAILY_HEADING = "Daily Papers"

NOT_A_LISTING = (
    "this is not one of the three saved page formats Morning Papers reads: an author page, dense "
    "or spaced, or a daily-papers page; expected a line such as 'CVNov 24, 2023Code' above each "
    f"paper, or the heading '{DAILY_HEADING}'."
)


class Layout(Enum):
    """The formats that can be read; the package's docstring describes them."""

    DENSE = "dense author page"
    SPACED = "spaced author page"
    DAILY = "daily-papers page"


def layout_of(page: Page) -> Layout:
    """The format of the page; `UnreadableError` when it is none of the three."""
    marks = [at for at, line in enumerate(page.lines) if _is_sure_mark(line)]
    if marks and _titles_touch_next_line(page.lines, marks):
        return Layout.DENSE
    if marks:
        return Layout.SPACED
    if any(line.text == DAILY_HEADING for line in page.lines):
        return Layout.DAILY
    if any(is_figure(line.text) for line in page.lines):
        return Layout.SPACED
    raise UnreadableError(1, NOT_A_LISTING)


def _is_sure_mark(line: Line) -> bool:
    # a date alone also stands on the daily-papers page
    mark = read_mark(line.text)
    return mark is not None and mark.label != ""


def _titles_touch_next_line(lines: tuple[Line, ...], marks: list[int]) -> bool:
    """Whether most titles have no blank line below."""
    titles = [at + 1 for at in marks if at + 2 < len(lines)]
    touching = [lines[at].number + 1 == lines[at + 1].number for at in titles]
    return touching.count(True) > touching.count(False)
