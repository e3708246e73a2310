"""The words of one paper."""

from dataclasses import dataclass

from papers.models import Paper
from papers.search.words import stems, telling

TITLE_WORDS, AUTHOR_WORDS, REST_WORDS = 300, 8000, 6000  # counted words beyond these are left out


@dataclass(frozen=True, slots=True)
class Document:
    """Stems in the order of the text. Of names, small words are kept: Bo An has one."""

    paper: int
    title: tuple[str, ...]
    authors: tuple[str, ...]
    rest: tuple[str, ...]


def document(paper: Paper) -> Document:
    """The paper comes with its authorships and their authors."""
    rest = "\n".join([paper.summary, paper.abstract, _listed(paper.keywords), paper.organization])
    return Document(
        paper.pk,
        tuple(telling(stems(paper.title))[:TITLE_WORDS]),
        tuple(stems("\n".join(_names(paper)))[:AUTHOR_WORDS]),
        tuple(telling(stems(rest))[:REST_WORDS]),
    )


def _names(paper: Paper) -> list[str]:
    """Each author's name, and how this paper writes it where that differs."""
    return [
        name
        for authorship in paper.authorships.all()
        for name in dict.fromkeys([authorship.author.name, authorship.named])
        if name
    ]


def _listed(keywords: object) -> str:
    return "\n".join(map(str, keywords)) if isinstance(keywords, list) else ""
