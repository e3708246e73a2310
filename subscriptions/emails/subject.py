"""Subjects: the top pick's first clause, and how many papers more."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.naming import shortened, tidy

CLAUSE_LENGTH = 42
TELLING_LENGTH = 16


def subject_line(titles: list[str], override: str = "", previous: str = "") -> str:
    """One line for a digest of those titles, other than the `previous` digest's.

    An editor's `override` wins. In the language that is active.
    """
    if (told := tidy(override)) or not titles:
        return told
    clauses = list(map(first_clause, titles))
    also = _("Worth a look: %(clause)s") % {"clause": clauses[0]}
    lines = (_line(clause, len(titles) - 1) for clause in [*clauses, also])
    return next(line for line in lines if line != previous)


def _line(clause: str, more: int) -> str:
    if not more:
        return clause
    return ngettext(
        "%(clause)s, and %(count)d more paper", "%(clause)s, and %(count)d more papers", more
    ) % {"clause": clause, "count": more}


def first_clause(title: str) -> str:
    """A title up to its first break that says enough, in at most 42 characters."""
    title = tidy(title)
    clause = re.split(r"[:;?!]\s| [-–—] ", title, maxsplit=1)[0]
    if len(clause) < TELLING_LENGTH:  # a bare name such as "DiMR"
        clause = title
    return shortened(clause, CLAUSE_LENGTH)
