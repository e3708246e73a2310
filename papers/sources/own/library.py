"""What a reader pastes or uploads: ids and links, BibTeX, RIS or CSL JSON, told apart by looking.

The messages are for readers, and in their language.
"""

import re

from django.utils.translation import gettext as _

from papers.sources import FetchedPaper, Problem, SourceError
from papers.sources.own import bibtex, csl, id_list, ris
from papers.sources.own.reading import Finding

LARGEST = 2 * 1024 * 1024  # bytes
FILE = "library"  # what problems call it; readers see the line alone

IS_WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
IS_BIBTEX = re.compile(r"^\s*@\w+\s*[{(]", re.MULTILINE)
IS_RIS = re.compile(r"^TY\s{1,2}-", re.MULTILINE)


def read(data: bytes) -> tuple[list[FetchedPaper], list[Problem]]:
    """Its papers and what could not be read of it; SourceError when it is nothing of the kind."""
    text = _text(data)
    if IS_WEB_PAGE.search(text[:2000]):
        raise SourceError(
            _("That is a web page. Please export your papers as BibTeX, RIS or CSL JSON.")
        )
    papers, problems = [], []
    for finding in _findings(data, text):
        if isinstance(finding, FetchedPaper):
            papers.append(finding)
        elif isinstance(finding, Problem):
            problems.append(finding)
    return papers, problems


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


def _findings(data: bytes, text: str) -> list[Finding]:
    if IS_BIBTEX.search(text):
        return list(bibtex.findings(data, FILE))
    if IS_RIS.search(text):
        return list(ris.findings(text, FILE))
    if text.lstrip()[0] in "[{":
        return list(csl.findings(text, FILE))
    return list(id_list.findings(text, FILE))
