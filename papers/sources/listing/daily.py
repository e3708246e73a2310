"""The daily-papers page: a heading and its date, then titles and abstracts in turn.

Nothing tells a title but its length and its place. A line without a partner is reported and
pairing starts afresh below it, so that one odd line never shifts the titles of all the rest.
"""

from collections.abc import Generator, Iterator
from datetime import date

from papers.sources import FetchedPaper, Problem
from papers.sources.listing.code_links import code_url_in
from papers.sources.listing.dates import DateError, is_date, read_date
from papers.sources.listing.layout import DAILY_HEADING
from papers.sources.listing.page import Finding, Line, Page

LONGEST_TITLE = 300  # characters; an abstract is longer, or at least a sentence
SHORTEST_SENTENCE = 15  # words

NO_DATE = f"no date stands below '{DAILY_HEADING}'; expected one such as 'Jul 31'."
UNDATED = "The papers are read without a date."
NO_ABSTRACT = "'{text:.60}' looks like a title without an abstract below it; expected one."
NO_TITLE = "'{text:.60}' looks like an abstract without a title above it; expected one."


def read_daily_page(page: Page) -> Iterator[Finding]:
    """Every paper and problem in the order of the page."""
    heading, lines = _split_heading(page.lines)
    published_on = yield from _read_page_date(heading, page)
    for title, abstract in _pairs(lines):
        if title and abstract:
            yield _paper(title, abstract, published_on)
        elif title:
            yield page.problem(title.number, NO_ABSTRACT.format(text=title.text))
        elif abstract:
            yield page.problem(abstract.number, NO_TITLE.format(text=abstract.text))


def _split_heading(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The heading with its by-line and date where there are any, and the lines below them.

    What stands above the heading (banner, buttons) is nobody's paper.
    """
    spans = [
        (start, _end_of_heading(lines, start))
        for start, line in enumerate(lines)
        if line.text == DAILY_HEADING
    ]
    # a menu may say the same, but has no date below
    dated = (span for span in spans if is_date(lines[span[1] - 1].text))
    start, end = next(dated, spans[0])
    return lines[start:end], lines[end:]


def _end_of_heading(lines: tuple[Line, ...], start: int) -> int:
    end = start + 1
    if end < len(lines) and lines[end].text.startswith("by"):
        end += 1
    if end < len(lines) and is_date(lines[end].text):
        end += 1
    return end


def _read_page_date(heading: tuple[Line, ...], page: Page) -> Generator[Problem, None, date | None]:
    last = heading[-1]
    if not is_date(last.text):
        yield page.problem(heading[0].number, f"{NO_DATE} {UNDATED}")
        return None
    try:
        return read_date(last.text, page.as_of)
    except DateError as reason:
        yield page.problem(last.number, f"{reason} {UNDATED}")
        return None


def _pairs(lines: tuple[Line, ...]) -> Iterator[tuple[Line | None, Line | None]]:
    """Titles with their abstracts; None stands for the partner of a line that has none."""
    title = None
    for line in lines:
        # the last line may be an abstract that was cut off
        if _reads_like_abstract(line.text) or (title and line is lines[-1]):
            yield title, line
            title = None
        else:
            if title:
                yield title, None
            title = line
    if title:
        yield title, None


def _reads_like_abstract(text: str) -> bool:
    is_sentence = text.endswith(".") and len(text.split()) >= SHORTEST_SENTENCE
    return len(text) > LONGEST_TITLE or is_sentence


def _paper(title: Line, abstract: Line, published_on: date | None) -> FetchedPaper:
    code_url = code_url_in(abstract.text)
    return FetchedPaper(
        title=title.text,
        abstract=abstract.text,
        published_on=published_on,
        has_code=True if code_url else None,  # the page has no code mark
        code_url=code_url,
        line=title.number,
    )
