"""The blocks of a dense author page: a title glued to its authors, and the abstract."""

from collections.abc import Collection

from papers.sources.listing.blocks import LONGEST_TITLE, Block, Parts, check_title
from papers.sources.listing.clues import Clues, clues_from
from papers.sources.listing.evidence import best_seam
from papers.sources.listing.names import LONGEST_NAMES, as_authors, read_authors_line
from papers.sources.listing.page import Line, UnreadableError

LONGEST_LINE = LONGEST_TITLE + LONGEST_NAMES

NO_SEAM = (
    "where the title ends and the first author begins can't be told; "
    "expected them glued, as in 'Title of the PaperAda Lovelace, Alan Turing et al.'."
)


def clues_of(blocks: Collection[Block], owner: str) -> Clues:
    """What all blocks of a page tell about the seam of each."""
    whole = [block.lines[:2] for block in blocks if _missing(block.lines) == ""]
    glued = [read_authors_line(line.text)[0] for line, _ in whole]
    return clues_from(glued, [abstract.text for _, abstract in whole], owner)


def dense_parts(block: Block, clues: Clues) -> Parts:
    """The parts of a block; `UnreadableError` when one is missing or no seam is sure enough."""
    missing = _missing(block.lines)
    if missing:
        raise UnreadableError(
            block.line,
            f"the paper has no {missing}; "
            "expected a line of title and authors, then the abstract on a line of its own.",
        )
    glued, abstract, *strays = block.lines
    line, affiliation = read_authors_line(glued.text)
    seam = best_seam(line, clues)
    if seam is None:
        raise UnreadableError(glued.number, NO_SEAM)
    check_title(seam.title, glued.number)
    return Parts(seam.title, as_authors(seam.names, affiliation), abstract.text, tuple(strays))


def _missing(lines: tuple[Line, ...]) -> str:
    if not lines or len(lines[0].text) > LONGEST_LINE:
        return f"line of title and authors of up to {LONGEST_LINE:,} characters"
    return "" if len(lines) > 1 else "abstract"
