r"""Names out of one line: "Ada Byron, John Smith Jr., Paulo Andr\'e (USP), ATLAS Collaboration"."""

import re

from papers.naming import tidy
from papers.sources import FetchedAuthor
from papers.sources.latex import plain_text

SUFFIX = re.compile(r"(?:jr|sr)\.?|I{2,3}|IV|Ph\.?\s?D\.?|M\.?D\.?", re.IGNORECASE)
TEAM = re.compile(
    r"\b(?:collaborations?|consorti(?:um|a)|teams?|groups?|project|network|institute|university)\b",
    re.IGNORECASE,
)
ON_BEHALF = re.compile(r"^(?:(?:on\s+)?behalf\s+of|for)\s+(?:the\s+)?", re.IGNORECASE)
AND = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
LEADING_AND = re.compile(r"^(?:and|&)\s+", re.IGNORECASE)
AFTER_TEAM = re.compile(r"(?<=collaboration):\s*", re.IGNORECASE)
NOTE = re.compile(r"\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
FOOTNOTES = re.compile(r"[\d\s,;*†‡§]*")


def authors_in(line: str) -> tuple[FetchedAuthor, ...]:
    """The people and teams of a line, in order; what stands in brackets is an affiliation."""
    parts = [part for part in _parts(line) if part]
    authors: list[FetchedAuthor] = []
    for part in parts:
        if authors and SUFFIX.fullmatch(part):
            last = authors[-1]
            authors[-1] = FetchedAuthor(f"{last.name} {part}", last.affiliation)
        elif author := _author(part):
            authors.append(author)
    return tuple(authors)


def _parts(line: str) -> list[str]:
    """Cut at commas, colons after a team, and "and" between people; never within brackets."""
    parts: list[str] = []
    for found in _outside_brackets(AFTER_TEAM.sub(", ", tidy(line))):
        piece = LEADING_AND.sub("", found.strip())
        parts += [piece] if TEAM.search(piece) else AND.split(piece)
    return [part.strip() for part in parts]


def _outside_brackets(line: str) -> list[str]:
    pieces, depth = [""], 0
    for character in line:
        depth = max(0, depth + (character in "({") - (character in ")}"))
        if character in ",;" and not depth:
            pieces.append("")
        else:
            pieces[-1] += character
    return re.split("[,;]", line) if depth else pieces  # a bracket that nobody closed


def _author(part: str) -> FetchedAuthor | None:
    """None for the legend of footnotes that some lines end with."""
    notes = [note for note in NOTE.findall(part) if not FOOTNOTES.fullmatch(note)]
    name = ON_BEHALF.sub("", plain_text(NOTE.sub("", part)))
    return FetchedAuthor(name, plain_text(notes[0]) if notes else "") if name else None
