"""A pasted text as lines: each with an arXiv id, or why it has none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from papers.identifiers import ARXIV_ID, arxiv_id_in
from papers.models import ImportLine
from papers.naming import shortened, tidy
from papers.proposing import other_site, proposed_id
from papers.sources.own.id_list import is_frame, words_in

Verdict = ImportLine.Verdict
# Their page of a paper bears its arXiv id.
OTHERS_PAGE = re.compile(
    r"(?<![\w.-])(?:www\.)?(?:(?:huggingface|hf)\.co/papers|alphaxiv\.org/(?:abs|overview|pdf))"
    rf"/((?:{ARXIV_ID})(?:v[0-9]{{1,3}})?)(?![0-9])",
    re.IGNORECASE,
)
LONGEST_TEXT, LONGEST_TOLD = 200, 300  # characters that a row holds


@dataclass(frozen=True, slots=True)
class Pasted:
    """One id of a line; or the line without any, with what it is instead."""

    number: int
    text: str
    arxiv_id: str = ""
    verdict: Verdict = Verdict.ASKED
    told: str = ""


def read(text: str, today: date) -> Iterator[Pasted]:
    """In order. Empty lines, and those of BibTeX that hold no id, are passed over."""
    for number, line in enumerate(text.splitlines(), start=1):
        shown = shortened(tidy(line), LONGEST_TEXT)
        words = [_id_of_page(word) for word in words_in(line)]
        ids = [word for word in words if arxiv_id_in(word.lower())]
        if ids:
            yield from (_one(number, shown, word, today) for word in dict.fromkeys(ids))
        elif any(words) and not is_frame(line):
            link = next(filter(other_site, words), line)
            yield _one(number, shown, link, today)


def _id_of_page(word: str) -> str:
    found = OTHERS_PAGE.search(word)
    return found[1] if found else word


def _one(number: int, shown: str, word: str, today: date) -> Pasted:
    try:
        return Pasted(number, shown, proposed_id(word, today))
    except ValidationError as error:
        verdict = Verdict.ELSEWHERE if other_site(word) else Verdict.NO_ID
        told = shortened(" ".join(error.messages), LONGEST_TOLD)
        return Pasted(number, shown, verdict=verdict, told=told)
