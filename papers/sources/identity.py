"""The arXiv id and the DOI of a paper, in whichever of its fields and links they stand."""

import re

from papers.identifiers import ARXIV_ID, is_arxiv_id, without_version

DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(\S+)", re.IGNORECASE)
ARXIV_MENTION = re.compile(
    rf"(?:arxiv:\s*|arxiv\.org/(?:abs|pdf|html)/)(({ARXIV_ID})(?:v[1-9]\d{{0,2}})?)(?![\d])",
    re.IGNORECASE,
)


def doi_in(text: str) -> str:
    """The DOI that this text is, with or without "doi:" or the resolver's address; else ""."""
    found = DOI.fullmatch(text.strip())
    return found[1] if found else ""


def arxiv_id_in(text: str) -> str:
    """The id, with its version if it has one, that this text is or links to; else ""."""
    text = text.strip()
    doi = ARXIV_DOI.fullmatch(doi_in(text))
    bare = doi[1] if doi else text
    if is_arxiv_id(without_version(bare)):
        return bare
    found = ARXIV_MENTION.search(text)
    return found[1] if found else ""


def publishers_doi(text: str) -> str:
    """The DOI unless it is the one that arXiv gives every paper, which says its arXiv id again."""
    doi = doi_in(text)
    return "" if ARXIV_DOI.fullmatch(doi) else doi


def version_in(arxiv_id: str) -> int | None:
    """2 of 2401.01234v2."""
    found = re.search(r"v(\d+)\Z", arxiv_id)
    return int(found[1]) if found else None
