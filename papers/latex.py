"""LaTeX of titles and abstracts as plain text that people can read: $10^{-3}$ becomes 10⁻³.

Only what surely is LaTeX is touched; dollars that are money stay. The stored text remains as its
authors typed it. What comes out is text, not markup: templates escape it as any other.
"""

import logging
import re
import unicodedata
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text

from papers.latex_signs import LETTERS, MARKS, SMALL

# It warns of formulas that break off, which are the authors' own.
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

MOST_READ = 20_000  # characters of one text; any after them stay as typed
MOST_FORMULAS = 100  # as many formulas
MOST_BRACES = 40  # deeper nesting than anyone prints, and little work for the parser
ROUNDS = 4  # how deep commands are unwrapped

_FORMULA = re.compile(r"(?<!\\)(\$\$?)(?!\$)((?:[^$\\]|\\.){1,400})\1(?!\$)|\\\((.{1,400}?)\\\)")
_BARE = re.compile(r"\S|\S.*[\w)\]'*+!]", re.DOTALL)  # not the 5- of $5-$10
_WORDS = re.compile(r"\s[A-Za-z]{2,}")
_FILES = re.compile(r"\\(?:input|include|openin|read|usepackage|def|newcommand)(?![A-Za-z])")
_STYLED = re.compile(
    r"\\(?:text(?:bf|it|sc|tt|rm|sf|sl|normal)?|emph|underline|mbox|math(?:bf|rm|it|sf|tt|cal|scr)"
    r"|operatorname\*?|bm|boldsymbol|url|ensuremath)\s{0,3}\{([^{}]{0,2000})\}"
)
_SWITCHED = re.compile(r"\{\\(?:em|it|bf|tt|sc|rm|sf)\s([^{}]{0,2000})\}")
_RAISED = re.compile(r"([\^_])\s?(?:\{([^{}]{0,100})\}|(\\[A-Za-z]{1,20}|[^\s\\{}^_(]))")
_SCRIPTED = re.compile(r"(\\[A-Za-z]{1,20})(?=[\^_])")
_JOINT = "\u2060"  # ends a command's name before a small letter, which would count as part of it
_SPACED = re.compile(
    r"(\\(?:log|ln|exp|min|max|sin|cos|times|cdot|leq?|geq?|neq?|in|sim|approx|to|pm|ll|gg"
    r"|alpha|beta|gamma|delta|(?:var)?epsilon|theta|lambda|mu|sigma|ell|infty|l?dots"
    r"|(?:left|right)arrow|subset|cup|cap|mid)(?![A-Za-z])"
    r"|\\[A-Za-z]{1,20}(?=\s+[^\s{\\A-Za-z0-9]))\s+"
)
_BEFORE_WORDS = re.compile(r"(?<=[A-Za-z0-9)}])\s+(?=\\(?:log|ln|exp|min|max|sin|cos)\b)")

_ACCENT = re.compile(
    r"\\([`'^\"~=.])\s?(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))"
    r"|\\([uvHcdbkr])(?:\s?\{\\?([A-Za-z])\}|\s\\?([A-Za-z])(?![A-Za-z]))"
)
_NAMES = "|".join(sorted(LETTERS, key=len, reverse=True))
_LETTER = re.compile(rf"\\({_NAMES})(?:\{{\}}| |(?![A-Za-z]))")
_PLAIN = [
    (re.compile(r"[~\s]?\\cite[a-z]{0,10}\*?\{[^{}]{0,500}\}"), ""),
    (re.compile(r"(?<=[\w.,;:)])~(?=[^\W\d]|\d(?<!\d~\d)|[\\${(])"), " "),
    (re.compile(r"(?<=\w)---(?=\w)"), "—"),
    (re.compile(r"(?<=\w)--(?=\w)"), "–"),
    (re.compile(r"``([^`']{1,300})''"), r"“\1”"),
    (re.compile(r"\{([A-Z][\w-]{0,60})\}"), r"\1"),
    (re.compile(r"\\([%&_#${}])"), r"\1"),
    (re.compile(r"\\(?=\s)"), ""),
]


@lru_cache(maxsize=4096)
def readable(text: str) -> str:
    """The text with its LaTeX as Unicode. What cannot be read as LaTeX stays as it is."""
    if not any(sign in text for sign in "$\\~{`-"):
        return text
    parts = _FORMULA.split(text[:MOST_READ], MOST_FORMULAS)
    # text, then (dollars, formula, formula in \( \)) and text again
    done = [_without_commands(parts[0])]
    for dollars, between, inside, after in zip(*(parts[n::4] for n in range(1, 5)), strict=True):
        done += [_formula(dollars or "", between or inside), _without_commands(after)]
    return "".join([*done, text[MOST_READ:]])


def _without_commands(text: str) -> str:
    for pattern in (_STYLED, _SWITCHED):
        for _ in range(ROUNDS):
            text, found = pattern.subn(r"\1", text)
            if not found:
                break
    text = _ACCENT.sub(_accented, text)
    text = _LETTER.sub(lambda found: LETTERS[found[1]], text)
    for pattern, instead in _PLAIN:
        text = pattern.sub(instead, text)
    return text


def _accented(found: re.Match[str]) -> str:
    mark, letter = found[1] or found[4], found[2] or found[3] or found[5] or found[6]
    return unicodedata.normalize("NFC", letter + MARKS[mark])


def _formula(dollars: str, formula: str) -> str:
    typed = f"{dollars}{formula}{dollars}" if dollars else f"\\({formula}\\)"
    if not _is_formula(formula, display=dollars != "$"):
        return _without_commands(typed)
    try:
        return _in_unicode(formula) or typed
    except Exception:  # noqa: BLE001  # whatever an author typed: it stays as typed
        return typed


def _is_formula(formula: str, *, display: bool) -> bool:
    if formula.count("{") > MOST_BRACES or _FILES.search(formula):
        return False
    if re.search(r"[\\^_{]", formula):
        return display or formula[0].isspace() == formula[-1].isspace()
    return bool(_BARE.fullmatch(formula)) and not _WORDS.search(formula)


def _in_unicode(formula: str) -> str:
    formula = _SCRIPTED.sub(rf"\1{_JOINT}", formula)
    for _ in range(ROUNDS):
        formula = _STYLED.sub(r"\1", formula)
        formula = _RAISED.sub(_raised, formula)
    text = _parsed(_BEFORE_WORDS.sub("{} ", formula))
    return " ".join(text.replace(_JOINT, "").split())


def _parsed(formula: str) -> str:
    kept = formula.replace(r"\|", "‖").replace("%", r"\%").replace(r"\\%", r"\%")
    return str(LatexNodes2Text(math_mode="text").latex_to_text(_SPACED.sub(r"\1{} ", kept)))


def _raised(found: re.Match[str]) -> str:
    """A superscript or subscript in small letters, where Unicode has all of them."""
    where = found[1]
    text = "".join(_parsed(found[2] or found[3] or "").replace(_JOINT, "").split())
    if text and all(character in SMALL[where] for character in text):
        return "".join(SMALL[where][character] for character in text)
    return f"{where}{text}" if text.isalnum() or len(text) == 1 else f"{where}({text})"
