"""One question to arXiv's harvesting interface (OAI-PMH), and what its answers hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from papers.sources import FetchedPaper, Problem, SourceError
from papers.sources.arxiv.facts import arxiv_service, read_all
from papers.sources.arxiv.markup import Document, children, named, read_document, text_of
from papers.sources.arxiv.records import paper_of
from papers.sources.web import Web

TRIES = 3
BAD_REQUEST = 400
NOTHING = {"noRecordsMatch"}  # an answer like any other: no paper changed


class RefusedError(Exception):
    """One of the errors of the protocol. `code` is its short name: badResumptionToken."""

    def __init__(self, url: str, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.url = url
        self.code = code


@dataclass(frozen=True, slots=True)
class Harvest:
    """One answer. `token` goes on, "" at the end; `day` is that of arXiv's clock."""

    papers: tuple[FetchedPaper, ...]
    problems: tuple[Problem, ...]
    token: str
    day: str
    whole: bool


def harvest(web: Web, query: Mapping[str, str]) -> Harvest:
    """The answer; after some tries the last one, even if it breaks off.

    Raises RefusedError and SourceError.
    """
    document = _ask(web, query)
    for _ in range(TRIES - 1):
        if not document.cut_off:
            break
        document = _ask(web, query)
    records = [record for verb in document.root for record in children(verb, "record")]
    papers, problems = read_all(records, paper_of, document.url)
    tokens = named(document.root, "resumptionToken")
    return Harvest(
        papers=papers,
        problems=(*document.problems, *problems),
        token="".join(tokens[-1].itertext()).strip() if tokens else "",
        day=text_of(document.root, "responseDate")[:10],
        whole=document.is_whole,
    )


def _ask(web: Web, query: Mapping[str, str]) -> Document:
    answer = web.get(arxiv_service(settings.ARXIV_OAI_URL), query=query)
    if answer.status > BAD_REQUEST:
        raise SourceError(
            f"arXiv's harvesting interface answered {answer.status} to {answer.url}."
            " Check ARXIV_OAI_URL."
        )
    document = read_document(answer, "OAI-PMH", "record")
    for error in named(document.root, "error"):
        code = error.get("code", "an error without code")
        if code not in NOTHING:
            raise RefusedError(answer.url, code, " ".join("".join(error.itertext()).split()))
    return document
