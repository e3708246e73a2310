"""The authors' line, "A, B, C et al. · uw", and what a name looks like."""

import re
import unicodedata
from functools import cache

from papers.sources import FetchedAuthor

LONGEST_NAMES = 1000  # characters of an authors' line
LONGEST_NAME = 100
MOST_WORDS = 6

AUTHORS_LINE = re.compile(r"(?P<names>.+?)(?:,? et al\.?)?(?: · (?P<affiliation>[^,]{1,100}))?")
GENERATION = re.compile(r", (?=(?:Jr|Sr|II|III|IV)\b\.?(?:,|$))")  # "Sammy Davis, Jr."

TEAM_WORDS = {"Team", "Group", "Lab", "Collaboration", "Consortium", "Project", "Community"}
PARTICLES = {
    *("al", "ben", "bin", "da", "dal", "de", "del", "della", "den", "der", "di", "dos", "du"),
    *("el", "ibn", "la", "le", "ten", "ter", "van", "von", "zu"),
}
WORDS_OF_TITLES = {"and", "for", "from", "of", "the", "using", "via", "with"}

# on shapes (see below): Wei, YuXuan, LI, J., 伟, then maybe -Yu, 'Brien, .K.
_PART = r"(?:(?:Aa+)+A?|A+|x+)"
NAME_WORD = re.compile(rf"{_PART}(?:[-‐'’.](?:{_PART}|a+))*\.?")  # noqa: RUF001  # as printed


def read_authors_line(text: str) -> tuple[str, str]:
    """The names without "et al.", still in one text, and the affiliation or ""."""
    found = AUTHORS_LINE.fullmatch(text)
    return (found["names"], found["affiliation"] or "") if found else (text, "")


def split_names(text: str) -> tuple[str, ...]:
    """The names of a text that lists them with commas."""
    names = (name.strip() for name in GENERATION.sub(" ", text).split(","))
    return tuple(name for name in names if name)


def as_authors(names: tuple[str, ...], affiliation: str) -> tuple[FetchedAuthor, ...]:
    """Authors who share an affiliation: the page prints it after all of them, not whose it is."""
    return tuple(FetchedAuthor(name, affiliation) for name in names)


def looks_like_name(text: str) -> bool:
    """Whether each word could belong to the name of a person, or the last one says it is a team."""
    words = text.split()
    if not could_be_name(text) or words[-1] in PARTICLES:
        return False
    return words[-1] in TEAM_WORDS or all(map(_is_name_word, words))


def could_be_name(text: str) -> bool:
    """Whether nothing speaks against a name, however oddly it is written."""
    words = text.lower().split()
    return (
        len(text) <= LONGEST_NAME
        and 1 <= len(words) <= MOST_WORDS
        and WORDS_OF_TITLES.isdisjoint(words)
    )


@cache
def _kind(character: str) -> str:
    if character.isupper() or character.istitle():
        return "A"
    if character.islower() or unicodedata.combining(character):
        return "a"
    if character.isdecimal():
        return "0"
    return "x" if character.isalpha() else character


def shape(text: str) -> str:
    """The kinds of characters: "Zoë 3伟!" is "Aaa 0x!", with x for letters that have no case.

    As long as the text, so that a place in one is the same place in the other.
    """
    return "".join(map(_kind, text))


def _is_name_word(word: str) -> bool:
    return word in PARTICLES or NAME_WORD.fullmatch(shape(word.strip('"()“”'))) is not None
