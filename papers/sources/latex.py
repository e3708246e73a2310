"""LaTeX as people read it: accents and braces become letters, formulas stay as they are."""

import re
import unicodedata
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexToken, LatexWalker, get_default_latex_context_db

LINK = re.compile(r"\\href\s*\{[^{}]*\}\s*(?=\{)")
ADDRESS = re.compile(r"\\url\s*(?=\{)")
CITATION = re.compile(r"[\s~]*\\cite[a-z]*\*?\s*(?:\[[^\]]*\])*\{[^{}]*\}")
LOGO = re.compile(r"\\((?:La)?TeX)\b(?:\s*\{\})?")
NOT_ESCAPED = re.compile(r"(?<!\\)([%&])")  # in a .bib file mostly meant as they stand
PLAIN = r"[^\s\\{}()\[\]<>$%~&#^_`'\"!?*|=-]+"
PLAIN_WORDS = re.compile(rf"{PLAIN}(?: {PLAIN})*")
ANYTHING_LATEX = re.compile(r"[\\{}~]|--|``|''")
MOST_MARKS = 1_000  # of one text, which takes a tenth of a second; one with more stays as typed

CONTEXT = get_default_latex_context_db()
DECODER = LatexNodes2Text(math_mode="verbatim")


class Walker(LatexWalker):  # type: ignore[misc]  # has no types
    """Reads words without LaTeX at a stretch, where its parent looks at each letter."""

    def get_token(self, pos: int, *args: Any, environments: bool = True, **how: Any) -> LatexToken:
        # a command's argument, which may be one letter, is asked for without environments
        if environments and (words := PLAIN_WORDS.match(self.s, pos)):
            return LatexToken(tok="char", arg=words[0], pos=pos, len=len(words[0]), pre_space="")
        return super().get_token(pos, *args, environments=environments, **how)


def plain_text(latex: str) -> str:
    """The text in composed Unicode; `latex` itself where it is beyond repair."""
    if not 0 < len(ANYTHING_LATEX.findall(latex)) <= MOST_MARKS:
        return latex
    prepared = NOT_ESCAPED.sub(r"\\\1", latex)
    for pattern, instead in ((LINK, ""), (ADDRESS, ""), (CITATION, ""), (LOGO, r"{\1}")):
        prepared = pattern.sub(instead, prepared)
    try:
        nodes, _, _ = Walker(prepared, latex_context=CONTEXT).get_latex_nodes()
        text: str = DECODER.nodelist_to_text(nodes)
    except (LookupError, RecursionError, ValueError):
        return latex
    if text.count("%s") > latex.count("%s"):  # what the decoder leaves of \frac without its parts
        return latex
    return unicodedata.normalize("NFC", text)
