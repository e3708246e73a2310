"""Which seam of a glued line is the right one: plain rules give points, most points win."""

import re
from collections.abc import Callable

from papers.sources.listing.clues import Clues
from papers.sources.listing.names import shape
from papers.sources.listing.seams import Seam, possible_seams

ENOUGH = 45  # points: one weak sign alone would be a guess

FIRST_WORD = re.compile(r"\w+")
LAST_WORD = re.compile(r"\w+$")
NAME_PREFIX = re.compile(r"(?:Mc|Mac|Fitz|[^A-Z ](?:De|Di|Du|La|Le|Van))$")
SHORT_CASELESS_NAME = re.compile(r"x{2,4}")  # 李娜


def best_seam(line: str, clues: Clues) -> Seam | None:
    """The seam with most points, of equals the one with more names, then the one further right.

    None when there is no seam, or too little evidence for any.
    """

    def rank(seam: Seam) -> tuple[int, int, int]:
        return points(seam, clues), len(seam.names), len(seam.title)

    best = max(possible_seams(line), key=rank, default=None)
    return best if best and points(best, clues) >= ENOUGH else None


def points(seam: Seam, clues: Clues) -> int:
    """What the evidence for a seam is worth."""
    return sum(worth for worth, holds in RULES if holds(seam, clues))


def name_recurs(seam: Seam, clues: Clues) -> bool:
    return seam.first_author in clues.names


def title_ends_in_word_of_page(seam: Seam, clues: Clues) -> bool:
    return _last_word(seam) in clues.words


def cuts_word_of_page(seam: Seam, clues: Clues) -> bool:
    return _last_word(seam) + _first_word(seam) in clues.words


def cuts_name_prefix(seam: Seam, _: Clues) -> bool:
    return NAME_PREFIX.search(seam.title) is not None


def is_whole_name(seam: Seam, _: Clues) -> bool:
    name = seam.first_author
    return " " in name or SHORT_CASELESS_NAME.fullmatch(shape(name)) is not None


def name_holds_seam(seam: Seam, _: Clues) -> bool:
    first_word = seam.first_author.split()[0]
    return "aA" in shape(first_word) and not first_word.startswith(("Mac", "Mc"))


def small_meets_capital(seam: Seam, _: Clues) -> bool:
    return seam.shape == "aA"


def scripts_meet(seam: Seam, _: Clues) -> bool:
    return seam.shape in {"ax", "Ax", "xA"}


def symbol_meets_name(seam: Seam, _: Clues) -> bool:
    return not seam.title[-1].isalnum()


def digit_meets_name(seam: Seam, _: Clues) -> bool:
    return seam.title[-1].isdecimal() and _starts_like_name(seam)


def acronym_meets_name(seam: Seam, _: Clues) -> bool:
    return seam.shape == "AA" and _starts_like_name(seam)


RULES: tuple[tuple[int, Callable[[Seam, Clues], bool]], ...] = (
    (100, name_recurs),  # Ruoyi Du is also second author elsewhere
    (40, small_meets_capital),  # RecognitionRuoyi Du
    (40, scripts_meet),  # Recognition李娜
    (35, symbol_meets_name),  # With No $$$Ruoyi Du
    (25, digit_meets_name),  # Lumina-Image 2.0Qi Qin
    (25, acronym_meets_name),  # Next-DiTLe Zhuo
    (30, title_ends_in_word_of_page),  # "DiT" stands in an abstract
    (20, is_whole_name),  # two words or more, not only "Donald"
    (-20, name_holds_seam),  # ImageNet|Xin Jin rather than Image|NetXin Jin
    (-50, cuts_name_prefix),  # Mc|Donald
    (-100, cuts_word_of_page),  # Image|Net, where an abstract writes "ImageNet"
)


def _starts_like_name(seam: Seam) -> bool:
    """Whether a capital begins a word or is an initial, unlike those within "3D" or "NVIDIA"."""
    return shape(seam.first_author[:2]) in {"Aa", "A."}


def _last_word(seam: Seam) -> str:
    found = LAST_WORD.search(seam.title)
    return found[0].casefold() if found else ""


def _first_word(seam: Seam) -> str:
    found = FIRST_WORD.match(seam.first_author)
    return found[0].casefold() if found else ""
