"""The places where a title could be glued to the name of the first author.

"… Fine-Grained RecognitionRuoyi Du, Wenqing Yu": nothing stands between title and name, so a
seam is any place where a name may start and from which only names follow. Most lines have one
or two; `evidence` chooses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from papers.sources.listing.names import (
    PARTICLES,
    could_be_name,
    looks_like_name,
    shape,
    split_names,
)

MOST_NAMES = 3  # the pages name three authors at most
SHORTEST_TITLE = 2

# what joins two halves of a word or a name, or opens something that still has to close
NEVER_BEFORE_A_NAME = set(" ,&/@#_([{<“‘-‐–")  # noqa: RUF001  # as pages print them

AFTER_AN_INITIAL = re.compile(r"(?:^|[ .a-z])[A-Z][.'’]$")  # J. and O'
STARTS_WITH_PARTICLE = re.compile(rf"(?:{'|'.join(sorted(PARTICLES))}) ")


@dataclass(frozen=True, slots=True)
class Seam:
    """One way to take the line apart."""

    title: str
    names: tuple[str, ...]

    @property
    def first_author(self) -> str:
        return self.names[0]

    @property
    def shape(self) -> str:
        """The shapes of the two characters that meet: "aA" in "Recognition|Ruoyi"."""
        return shape(self.title[-1] + self.first_author[0])


def possible_seams(text: str) -> Iterator[Seam]:
    """Every seam of a line, from left to right."""
    kinds = shape(text)
    for at in range(SHORTEST_TITLE, len(text)):
        if _may_start_name(text, kinds, at):
            names = split_names(text[at:])
            if _are_names(names):
                yield Seam(text[:at], names)


def _are_names(names: tuple[str, ...]) -> bool:
    # only the first name is cut out here, so only it has to prove itself
    first, *others = names
    return len(others) < MOST_NAMES and looks_like_name(first) and all(map(could_be_name, others))


def _may_start_name(text: str, kinds: str, at: int) -> bool:
    if text[at - 1] in NEVER_BEFORE_A_NAME or AFTER_AN_INITIAL.search(text, at - 3, at):
        return False
    return kinds[at] in "Ax" or STARTS_WITH_PARTICLE.match(text, at) is not None
