"""One question to arXiv's search, asked again while the answer is plainly incomplete."""

from collections.abc import Mapping

from django.conf import settings

from papers.sources import SourceError
from papers.sources.arxiv.entries import complaint_in, entries_of, promised_by
from papers.sources.arxiv.facts import arxiv_service
from papers.sources.arxiv.markup import Document, read_document
from papers.sources.web import Web

TRIES = 3
BAD_REQUEST = 400


class RefusedError(Exception):
    """arXiv objects to the question: an entry "Error" that says why."""

    def __init__(self, url: str, complaint: str) -> None:
        super().__init__(complaint)
        self.url = url


def search(web: Web, query: Mapping[str, str], promised: int = 0) -> Document:
    """The answer; after some tries the last one, even if it is empty or breaks off.

    arXiv's pages are empty at times though there are more papers, of which an earlier answer
    `promised` so many. Raises RefusedError and SourceError.
    """
    document = _search_once(web, query)
    for _ in range(TRIES - 1):
        if not document.cut_off and not _lacks_papers(document, query, promised):
            break
        document = _search_once(web, query)
    return document


def _search_once(web: Web, query: Mapping[str, str]) -> Document:
    answer = web.get(arxiv_service(settings.ARXIV_API_URL), query=query)
    if answer.status > BAD_REQUEST:
        raise SourceError(
            f"arXiv's search answered {answer.status} to {answer.url}. Check ARXIV_API_URL."
        )
    document = read_document(answer, "feed", "entry")
    if complaint := complaint_in(document):
        raise RefusedError(answer.url, complaint)
    if answer.status == BAD_REQUEST:
        raise RefusedError(answer.url, "the question is not understood")
    return document


def _lacks_papers(document: Document, query: Mapping[str, str], promised: int) -> bool:
    return not entries_of(document) and int(query["start"]) < max(promised, promised_by(document))
