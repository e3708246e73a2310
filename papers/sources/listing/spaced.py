"""The blocks of a spaced author page: title, authors and abstract, each on a line of its own."""

from papers.sources.listing.blocks import Block, Parts, check_title
from papers.sources.listing.names import (
    LONGEST_NAME,
    LONGEST_NAMES,
    as_authors,
    read_authors_line,
    split_names,
)
from papers.sources.listing.page import Line, UnreadableError

PARTS = ("title", "authors", "abstract")


def spaced_parts(block: Block) -> Parts:
    """The parts of a block; `UnreadableError` when one of them is missing."""
    missing = _missing(block.lines)
    if missing:
        raise UnreadableError(
            block.line,
            f"the paper has no {missing}; "
            "expected title, authors and abstract, each on a line of its own.",
        )
    title, authors, abstract, *strays = block.lines
    check_title(title.text, title.number)
    names, affiliation = read_authors_line(authors.text)
    return Parts(
        title.text, as_authors(split_names(names), affiliation), abstract.text, tuple(strays)
    )


def _missing(lines: tuple[Line, ...]) -> str:
    if len(lines) > 1 and not _could_be_authors(lines[1].text):
        return "authors"
    return next(iter(PARTS[len(lines) :]), "")


def _could_be_authors(text: str) -> bool:
    if len(text) > LONGEST_NAMES:
        return False
    names = split_names(read_authors_line(text)[0])
    return 0 < max(map(len, names), default=0) <= LONGEST_NAME
