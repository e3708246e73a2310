"""LaTeX as people read it: accents and braces become letters, formulas stay as they are."""

import re
import unicodedata

from pylatexenc.latex2text import LatexNodes2Text

LINK = re.compile(r"\\href\s*\{[^{}]*\}\s*(?=\{)")
ADDRESS = re.compile(r"\\url\s*(?=\{)")
CITATION = re.compile(r"[\s~]*\\cite[a-z]*\*?\s*(?:\[[^\]]*\])*\{[^{}]*\}")
LOGO = re.compile(r"\\((?:La)?TeX)\b(?:\s*\{\})?")
NOT_ESCAPED = re.compile(r"(?<!\\)([%&])")  # in a .bib file mostly meant as they stand
ANYTHING_LATEX = re.compile(r"[\\{}~]|--|``|''")

DECODER = LatexNodes2Text(math_mode="verbatim")


def plain_text(latex: str) -> str:
    """The text in composed Unicode; `latex` itself where it is beyond repair."""
    if not ANYTHING_LATEX.search(latex):
        return latex
    prepared = NOT_ESCAPED.sub(r"\\\1", latex)
    for pattern, instead in ((LINK, ""), (ADDRESS, ""), (CITATION, ""), (LOGO, r"{\1}")):
        prepared = pattern.sub(instead, prepared)
    try:
        text: str = DECODER.latex_to_text(prepared)
    except (LookupError, RecursionError, ValueError):
        return latex
    if text.count("%s") > latex.count("%s"):  # what the decoder leaves of \frac without its parts
        return latex
    return unicodedata.normalize("NFC", text)
