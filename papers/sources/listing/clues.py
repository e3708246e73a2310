"""What a dense page tells about its names and words, before any of its lines is taken apart."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from papers.sources.listing.names import looks_like_name, split_names
from papers.sources.listing.seams import possible_seams

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Clues:
    """Names that recur on the page, and the words of its abstracts in small letters."""

    names: frozenset[str]
    words: frozenset[str]


def clues_from(lines: Collection[str], abstracts: Collection[str], owner: str = "") -> Clues:
    """The clues of a page with these glued lines; `owner` is the author whose page it is."""
    distinct = set(lines)
    names = {owner} | _later_names(distinct) | _recurring_first_authors(distinct)
    words = {word for abstract in abstracts for word in WORD.findall(abstract.casefold())}
    return Clues(frozenset(names), frozenset(words))


def _later_names(lines: set[str]) -> set[str]:
    """Second and third authors: between commas, their names stand free."""
    return {name for line in lines for name in split_names(line)[1:] if looks_like_name(name)}


def _recurring_first_authors(lines: set[str]) -> set[str]:
    """Names that could be glued to the titles of several papers."""
    possible = Counter(name for line in lines for name in _possible_first_authors(line))
    return {name for name, count in possible.items() if count > 1}


def _possible_first_authors(line: str) -> set[str]:
    return {seam.first_author for seam in possible_seams(line)}
