"""A text as the stems that are compared."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

LONGEST = 60  # characters of a word that count

# stems found in nearly every paper, so they tell none apart
SMALL = frozenset(
    "a an and are as at be by for from in is it not of on or that the this to we with".split()  # noqa: SIM905  # else 24 lines
)
# letters that Unicode does not take apart into a plain one and its mark
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_stemmer = snowballstemmer.stemmer("english")


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a composed text (Unicode's NFC) and where they stand."""
    return _WORD.finditer(text)


def composed(text: str) -> str:
    """With each accent on its letter, in one character."""
    return unicodedata.normalize("NFC", text)


def stems(text: str) -> list[str]:
    """The stems of all words, small ones too, in order."""
    return [stem for word in words(composed(text)) for stem in stems_of(word[0])]


def telling(found: list[str]) -> list[str]:
    """Without the small words."""
    return [stem for stem in found if stem not in SMALL]


def stems_of(word: str) -> tuple[str, ...]:
    """Mostly one; some single characters stand for several words."""
    return _stems_of(word[:LONGEST])


@lru_cache(maxsize=200_000)  # about the words that all papers share
def _stems_of(word: str) -> tuple[str, ...]:
    parts = re.findall(r"[^\W_]+", _folded(word))
    return tuple(_stem(part[:LONGEST]) for part in parts)


def _folded(word: str) -> str:
    # capital signs such as ℡ show their letters only once taken apart
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub("['’]", "", bare.translate(PLAIN))


def _stem(part: str) -> str:
    return str(_stemmer.stemWord(part)) if part.isascii() and part.isalpha() else part
