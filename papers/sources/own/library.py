"""What a reader pastes or uploads: ids and links, BibTeX, RIS or CSL JSON, told apart by looking.

The messages are for readers, and in their language.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from papers.identifiers import base_id, may_exist
from papers.sources import FetchedPaper, Problem, SourceError
from papers.sources.latex import ANYTHING_LATEX
from papers.sources.own import bibtex, csl, id_list, ris
from papers.sources.own.reading import Finding

LARGEST = 2 * 1024 * 1024  # bytes
MOST_LATEX = 150_000  # commands and braces, 6 s of them; 2 MB hold some 85,000 as a rule
MOST_ENTRIES = 10_000  # papers and problems, of which far fewer can be kept
FILE = "library"  # what problems call it; readers see the line alone

IS_WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
IS_BIBTEX = re.compile(r"^\s*@\w+\s*[{(]", re.MULTILINE)
IS_RIS = re.compile(r"^TY\s{1,2}-", re.MULTILINE)


def read(data: bytes, today: date) -> tuple[list[FetchedPaper], list[Problem]]:
    """Its papers and what could not be read of it; SourceError when it is nothing of the kind.

    An id that arXiv cannot have given up to `today` is no id.
    """
    text = _text(data)
    if IS_WEB_PAGE.search(text[:2000]):
        raise SourceError(
            _("That is a web page. Please export your papers as BibTeX, RIS or CSL JSON.")
        )
    papers, problems = [], []
    for count, found in enumerate(_findings(data, text)):
        if count == MOST_ENTRIES:
            told = {"most": MOST_ENTRIES}
            raise SourceError(_("That holds more than %(most)d entries. Please split it.") % told)
        finding = _without_impossible_id(found, today)
        if isinstance(finding, FetchedPaper):
            papers.append(finding)
        elif isinstance(finding, Problem):
            problems.append(finding)
    return papers, problems


def _without_impossible_id(found: Finding, today: date) -> Finding:
    if not isinstance(found, FetchedPaper) or not found.arxiv_id:
        return found
    if may_exist(arxiv_id := base_id(found.arxiv_id), today):
        return found
    if found.title or found.doi:
        return replace(found, arxiv_id="")
    return Problem(FILE, found.line, _("arXiv has given no id %(id)s yet.") % {"id": arxiv_id})


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        megabytes = {"most": LARGEST // 1024**2}
        raise SourceError(_("That is larger than %(most)d MB. Please split it.") % megabytes)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(_("That is UTF-16. Please save it as UTF-8."))
    if b"\0" in data:
        raise SourceError(
            _("That is no text. Expected arXiv ids, DOIs, BibTeX, RIS or CSL JSON, as UTF-8.")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = {"line": data.count(b"\n", 0, error.start) + 1}
        raise SourceError(
            _("Line %(line)d is not UTF-8. Please save it as UTF-8.") % line
        ) from error
    if not text.strip():
        raise SourceError(_("There is nothing in it. Please paste ids, or choose a file."))
    return text


def _findings(data: bytes, text: str) -> Iterator[Finding]:
    if IS_BIBTEX.search(text):
        if len(ANYTHING_LATEX.findall(text)) > MOST_LATEX:
            raise SourceError(_("That holds more LaTeX than is read at once. Please split it."))
        return bibtex.findings(data, FILE)
    if IS_RIS.search(text):
        return ris.findings(text, FILE)
    if text.lstrip()[0] in "[{":
        return csl.findings(text, FILE)
    return id_list.findings(text, FILE)
