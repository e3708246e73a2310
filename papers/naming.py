"""Names and titles reduced to what two spellings of the same thing share."""

import re
import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def tidy(text: str) -> str:
    """One line of printable text: no control or bidi characters, single spaces."""
    if text.isprintable():  # nearly always, and ten times as quick
        return " ".join(text.split())
    visible = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    )
    return re.sub(r" +", " ", visible).strip()


def shortened(text: str, length: int) -> str:
    """In at most `length` characters: between words, where that keeps half of them."""
    if len(text) <= length:
        return text
    space = text.rfind(" ", 0, length)
    cut = text[: space if space > length // 2 else length - 1]
    return f"{cut.rstrip(' ,;:')}…"


def name_key(name: str) -> str:
    """A name without case, accents and punctuation: the same for "Müller, J." and "Muller J"."""
    return _words(name)[:200]


def could_be_same_person(one: str, other: str) -> bool:
    """Whether one name abbreviates the other: "A. Turing", "Alan Turing", "Alan M. Turing"."""
    ours, theirs = name_key(one).split(), name_key(other).split()
    if not ours or not theirs or ours[-1] != theirs[-1]:
        return False
    return all(
        a.startswith(b) or b.startswith(a) for a, b in zip(ours[:-1], theirs[:-1], strict=False)
    )


def title_key(title: str) -> str:
    """A title without case, accents, punctuation and white space, cut at 400 characters.

    Of a title without any letter or digit, all its signs.
    """
    return (_words(title) or title).replace(" ", "")[:400]


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare).strip()
