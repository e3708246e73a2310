"""The value of a BibTeX field: `{braced}`, `"quoted"`, `bare`, or several of them joined by `#`."""

import re
from collections.abc import Iterator, Mapping

LONGEST_VALUE = 20_000  # characters; strings that are made of strings grow fast
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
BARE = re.compile(r"[^\s#{\"]+")
MARK = re.compile(r"\\.|[{}\"]", re.DOTALL)


def resolved(raw: str, strings: Mapping[str, str]) -> str:
    """The text of a value without what encloses it; `strings` are those defined so far."""
    text = ""
    for piece in _pieces(raw, strings):
        text += piece[:LONGEST_VALUE]
        if len(text) > LONGEST_VALUE:
            break
    return text[:LONGEST_VALUE]


def _pieces(raw: str, strings: Mapping[str, str]) -> Iterator[str]:
    at = 0
    while at < len(raw):
        if raw[at] in '{"':
            end = _end_of_enclosed(raw, at)
            yield raw[at + 1 : end]
            at = end + 1
        elif bare := BARE.match(raw, at):
            yield strings.get(bare[0].lower(), bare[0])
            at = bare.end()
        else:
            at += 1


def _end_of_enclosed(raw: str, start: int) -> int:
    """Where the brace or quote that opens at `start` closes, or the end of the value."""
    depth = 0
    for mark in MARK.finditer(raw, start + 1):
        if depth == 0 and mark[0] == ("}" if raw[start] == "{" else '"'):
            return mark.start()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
    return len(raw)
