"""Subjects: the top pick's first clause, and how many papers more."""

import re

from papers.naming import shortened, tidy

CLAUSE_LENGTH = 42
TELLING_LENGTH = 16


def subject_line(titles: list[str], override: str = "") -> str:
    """One line for a digest of those titles; an editor's `override` wins."""
    if override or not titles:
        return tidy(override)
    more = len(titles) - 1
    clause = first_clause(titles[0])
    if not more:
        return clause
    return f"{clause}, and {more} more {'paper' if more == 1 else 'papers'}"


def first_clause(title: str) -> str:
    """A title up to its first break that says enough, in at most 42 characters."""
    title = tidy(title)
    clause = re.split(r"[:;?!]\s| [-–—] ", title, maxsplit=1)[0]
    if len(clause) < TELLING_LENGTH:  # a bare name such as "DiMR"
        clause = title
    return shortened(clause, CLAUSE_LENGTH)
