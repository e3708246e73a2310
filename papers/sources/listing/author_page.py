"""Both author pages: what stands above the papers, then one block after another."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from papers.sources import AuthorProfile, FetchedPaper
from papers.sources.listing.blocks import Block, Parts, lines_above_blocks, split_blocks
from papers.sources.listing.code_links import code_url_in
from papers.sources.listing.dates import DateError, read_date
from papers.sources.listing.dense import clues_of, dense_parts
from papers.sources.listing.header import read_header
from papers.sources.listing.page import Finding, Page, UnreadableError
from papers.sources.listing.spaced import spaced_parts
from papers.sources.listing.topics import read_topic

STRAY = (
    "'{text:.60}' belongs to no paper and was left out with what follows it; "
    "expected the next paper to start with a line such as 'CVNov 24, 2023Code'."
)


def read_spaced_page(page: Page) -> Iterator[Finding]:
    """The author, then every paper and problem in the order of the page."""
    yield from read_header(lines_above_blocks(page.lines), page)
    for block in split_blocks(page.lines):
        yield from _read_block(block, spaced_parts, page)


def read_dense_page(page: Page) -> Iterator[Finding]:
    """As `read_spaced_page`, but each title's end is found with the help of the whole page."""
    header = tuple(read_header(lines_above_blocks(page.lines), page))
    owner = next((found.name for found in header if isinstance(found, AuthorProfile)), "")
    blocks = tuple(split_blocks(page.lines))
    parts_of = partial(dense_parts, clues=clues_of(blocks, owner))
    yield from header
    for block in blocks:
        yield from _read_block(block, parts_of, page)


def _read_block(block: Block, parts_of: Callable[[Block], Parts], page: Page) -> Iterator[Finding]:
    try:
        published_on = read_date(block.mark.date, page.as_of)
        parts = parts_of(block)
    except DateError as reason:
        yield page.problem(block.line, str(reason))
    except UnreadableError as reason:
        yield page.problem(reason.line, reason.message)
    else:
        topic = yield from read_topic(block.mark.label, block.line, page)
        yield _paper(block, parts, published_on, topic)
        for stray in parts.strays[:1]:
            yield page.problem(stray.number, STRAY.format(text=stray.text))


def _paper(block: Block, parts: Parts, published_on: date, topic: str) -> FetchedPaper:
    code_url = code_url_in(parts.abstract)
    return FetchedPaper(
        title=parts.title,
        abstract=parts.abstract,
        authors=parts.authors,
        published_on=published_on,
        primary_topic=topic,
        topics=(topic,) if topic else (),
        has_code=block.mark.has_code or code_url != "",
        code_url=code_url,
        line=block.line,
    )
