"""arXiv ids, DOIs and links, as people keep them: one a line, or several."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from papers.identifiers import arxiv_id_in, publishers_doi
from papers.naming import shortened, tidy
from papers.sources import FetchedPaper, Problem
from papers.sources.own.reading import Finding

SPACED = re.compile(r"\b(arxiv|doi):\s+", re.IGNORECASE)
EDGES = "<>()[]{}\"'“”’.,;"
FRAME = re.compile(r"\s*(?:@\w+\s*\{|\w+\s*=\s*[{\"\w]|\}\s*,?\s*\Z)")
DIGIT, DOT_OR_SLASH = re.compile(r"[0-9]"), re.compile(r"[./]")


def findings(text: str, file: str) -> Iterator[Finding]:
    """The papers of each line; a line with none, or what only looks like an id, is a problem."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        words = words_in(line)
        found = [_paper(word, number) for word in words]
        yield from filter(None, found)
        odd = [word for word, paper in zip(words, found, strict=True) if _is_odd(word, paper)]
        if any(words) and not any(found):
            yield Problem(file, number, _said(line))
        elif odd:
            yield Problem(file, number, _said(" ".join(odd)))


def words_in(line: str) -> list[str]:
    """What may be an id or a link, without the signs around it."""
    parts = re.split(r"[\s,;]+", SPACED.sub(r"\1:", tidy(line)))
    return [part.strip(EDGES) for part in parts]


def is_frame(line: str) -> bool:
    """A line of BibTeX: where an entry begins or ends, or one of its fields."""
    return FRAME.match(line) is not None


def _paper(word: str, line: int) -> FetchedPaper | None:
    arxiv_id = arxiv_id_in(word) or arxiv_id_in(word.lower())
    doi = "" if arxiv_id else publishers_doi(word)
    if not (arxiv_id or doi):
        return None
    return FetchedPaper(title="", arxiv_id=arxiv_id, doi=doi, line=line)


def _is_odd(word: str, paper: FetchedPaper | None) -> bool:
    return paper is None and ("://" in word or _looks_like_an_id(word))


def _looks_like_an_id(word: str) -> bool:
    # Asked one by one, because a word may be as long as the file.
    return DIGIT.search(word) is not None and DOT_OR_SLASH.search(word) is not None


def _said(text: str) -> str:
    return _("“%(text)s” is no arXiv id, DOI or link to a paper, such as 2401.01234.") % {
        "text": shortened(tidy(text), 80)
    }
