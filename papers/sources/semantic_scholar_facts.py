"""What Semantic Scholar's entries say of papers and authors; a fact left out is None, never 0."""

import re
from collections.abc import Iterator
from typing import Any

from papers.identifiers import arxiv_id_in, base_id, publishers_doi
from papers.sources import AuthorIdPair, AuthorProfile, Count, Fetched, FetchedAuthor, FetchedPaper
from papers.sources.answered import address, day, entries, part, text, texts, whole

ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


def paper_read(entry: object, asked: str) -> Fetched | None:
    """The paper and the profiles of its authors; None if it has no title, or is another one."""
    if not isinstance(entry, dict) or not text(entry, "title") or other_paper_in(entry, asked):
        return None
    citations = whole(entry, "citationCount")
    doi = text(part(entry, "externalIds"), "DOI")
    paper = FetchedPaper(
        title=text(entry, "title"),
        authors=tuple(_authors(entry)),
        published_on=day(entry, "publicationDate"),
        # What was asked for by its arXiv id names it, or is there by nothing but its place. One
        # with only a publisher's DOI may be any paper, and goes by that DOI alone.
        arxiv_id=_own_arxiv_id(entry) or ("" if publishers_doi(doi) else arxiv_id_in(asked)),
        doi=publishers_doi(doi),
        counts=() if citations is None else (Count("citations", citations),),
    )
    profiles = filter(None, map(_profile, entries(entry, "authors")))
    return Fetched((paper,), profiles=tuple(filter(_says_something, profiles)))


def other_paper_in(entry: object, asked: str) -> str:
    """The arXiv id of the entry where another one was asked for, else "".

    DOIs are not compared: a paper has several, of which the entry tells one.
    """
    own, wanted = _own_arxiv_id(entry), arxiv_id_in(asked)
    return own if own and wanted and base_id(own) != base_id(wanted) else ""


def _own_arxiv_id(entry: object) -> str:
    known_as = part(entry, "externalIds")
    return arxiv_id_in(text(known_as, "ArXiv")) or arxiv_id_in(text(known_as, "DOI"))


def author_read(entry: object, _asked: str) -> Fetched | None:
    """The author's profile; None without an id or a name."""
    profile = _profile(entry)
    return Fetched(profiles=(profile,)) if profile else None


def _profile(entry: object) -> AuthorProfile | None:
    if not isinstance(entry, dict) or not text(entry, "authorId") or not text(entry, "name"):
        return None
    return AuthorProfile(
        name=text(entry, "name"),
        affiliation=next(iter(texts(entry, "affiliations")), ""),
        homepage=address(entry, "homepage"),
        h_index=whole(entry, "hIndex"),
        paper_count=whole(entry, "paperCount"),
        citation_count=whole(entry, "citationCount"),
        ids=tuple(_ids(entry)),
    )


def _says_something(profile: AuthorProfile) -> bool:
    """More than the paper itself says of its author."""
    metrics = (profile.h_index, profile.paper_count, profile.citation_count)
    words = profile.affiliation or profile.homepage
    return bool(words) or any(metric is not None for metric in metrics)


def _authors(entry: dict[str, Any]) -> Iterator[FetchedAuthor]:
    """Without affiliations, which are of today and not of the paper's time."""
    for author in entries(entry, "authors"):
        if isinstance(author, dict) and text(author, "name"):
            yield FetchedAuthor(text(author, "name"), ids=tuple(_ids(author)))


def _ids(author: dict[str, Any]) -> Iterator[AuthorIdPair]:
    if author_id := text(author, "authorId"):
        yield "semantic-scholar", author_id
    orcid = ORCID.search(text(part(author, "externalIds"), "ORCID"))
    if orcid:
        yield "orcid", orcid[0]
