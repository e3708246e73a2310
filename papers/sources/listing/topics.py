"""The topic a page means by a category's label."""

from collections.abc import Generator

from papers.sources import Problem
from papers.sources.listing.page import Page
from papers.taxonomy import code_for_label

NO_LABEL = "the paper has no category; expected one glued to its date, as in 'CVNov 24, 2023'."
UNKNOWN_LABEL = (
    "'{label:.60}' is not an arXiv category; expected the last part of one, such as 'CV'. "
    "Read without a topic."
)


def read_topic(label: str, line: int, page: Page) -> Generator[Problem, None, str]:
    """The full arXiv code; or "" after a problem was yielded.

    Made for `yield from`, which passes the problem on and gives the code.
    """
    code = code_for_label(label)
    if code is None:
        message = UNKNOWN_LABEL.format(label=label) if label else NO_LABEL
        yield page.problem(line, message)
    return code or ""
