"""BibTeX: the entries of a bibliography, with LaTeX in their texts decoded.

Which fields are read, docs/files.md lists. An entry that is broken is a problem; the others are
read. Two entries of one key are both read, because a paper is known by its ids and title.
"""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

from bibtexparser.entrypoint import parse_string
from bibtexparser.exceptions import ParsingException
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
    String,
)
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from papers.sources import Fetched, Problem
from papers.sources.own.bibtex_entry import NO_TITLE, paper_from, unknown_topic_in
from papers.sources.own.bibtex_values import MONTHS, resolved
from papers.sources.own.reading import Finding, in_batches, opened

LARGEST_FILE = 10 * 1024 * 1024  # bytes

TOO_LARGE = (
    f"the file is larger than {LARGEST_FILE // 1024**2} MB; "
    "expected less: split it, or write it as JSON Lines."
)
NOT_UTF_8 = "the file holds bytes that are not UTF-8; save it as UTF-8."
BROKEN = _(
    "what starts here could not be read, and was left out: {reason}. Please mend it, and take it "
    "in again."
)
# what the parser stumbled over, by how it says so
MISSING = {
    "Unexpected block start": _(
        "the next entry begins before this one has ended; look for a brace that is not closed"
    ),
    "Unexpectedly reached end of file": _(
        "the file ends before it does; look for a brace that is not closed"
    ),
    "Expected either a `,`": _("a comma is missing between two fields"),
    "Expected comma after entry key": _("a comma is missing after its key"),
    "Expected a `=`": _("a field has no = between its name and its value"),
    "Expected equals sign": _("a field has no = between its name and its value"),
}
NOT_CLEAR = _("it is not written as BibTeX is; look for a brace, a comma or a = that is missing")
SAME_KEY = _("the key '{key:.60}' was used in line {line} before; both entries were read.")
SAME_FIELD = _("the entry has a field twice ({names}); the first was read.")
UNKNOWN_TOPIC = _("'{topic:.60}' is not an arXiv category; the entry was read without a topic.")

# what the parser logs is told as problems, with file and line
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


def read(path: Path) -> Iterator[Fetched]:
    """All entries of the file, in their order; of a file that is no text, only a problem."""
    with opened(path) as file:
        data = file.read(LARGEST_FILE + 1)
    yield from in_batches(str(path), findings(data, str(path)))


def findings(data: bytes, file: str) -> Iterator[Finding]:
    """The same of what was read already; `file` is what problems call it."""
    if len(data) > LARGEST_FILE:
        yield Problem(file, 1, TOO_LARGE)
        return
    try:
        text = data.decode("utf-8-sig")
        library = parse_string(text, parse_stack=[])
    except UnicodeDecodeError as error:
        yield Problem(file, data.count(b"\n", 0, error.start) + 1, NOT_UTF_8)
    except ParsingException as error:
        yield Problem(file, 1, gettext(BROKEN).format(reason=_words(error)))
    else:
        yield from _read_blocks(library.blocks, file)


def _read_blocks(blocks: list[Block], file: str) -> Iterator[Finding]:
    strings = {month: month for month in MONTHS}
    for block in blocks:
        if isinstance(block, ParsingFailedBlock):
            yield Problem(file, _line(block), _complaint(block))
        whole = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if isinstance(whole, DuplicateFieldKeyBlock):
            whole = whole.ignore_error_block
        if isinstance(whole, String):
            strings[whole.key.lower()] = resolved(whole.value, strings)
        elif isinstance(whole, Entry):
            yield from _read_entry(whole, strings, file)


def _read_entry(entry: Entry, strings: Mapping[str, str], file: str) -> Iterator[Finding]:
    fields: dict[str, str] = {}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), resolved(field.value, strings))
    line = _line(entry)
    paper = paper_from(fields, line)
    if paper is None:
        yield Problem(file, line, gettext(NO_TITLE).format(key=entry.key))
        return
    if topic := unknown_topic_in(fields):
        yield Problem(file, line, gettext(UNKNOWN_TOPIC).format(topic=topic))
    yield paper


def _complaint(block: ParsingFailedBlock) -> str:
    if isinstance(block, DuplicateBlockKeyBlock):
        return gettext(SAME_KEY).format(key=block.key, line=_line(block.previous_block))
    if isinstance(block, DuplicateFieldKeyBlock):
        return gettext(SAME_FIELD).format(names=", ".join(sorted(block.duplicate_keys)))
    return gettext(BROKEN).format(reason=_words(block.error))


def _words(error: Exception) -> str:
    told = str(getattr(error, "abort_reason", None) or error)
    found = (words for start, words in MISSING.items() if told.startswith(start))
    return gettext(next(found, NOT_CLEAR))


def _line(block: Block) -> int:
    return (block.start_line or 0) + 1
