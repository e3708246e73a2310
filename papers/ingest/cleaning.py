"""Fetched values as the rows keep them."""

from dataclasses import replace

from django.core.exceptions import ValidationError

from papers.identifiers import arxiv_id_in, base_id, publishers_doi, version_of
from papers.models import Paper
from papers.naming import name_key, shortened, tidy
from papers.sources import FetchedAuthor, FetchedPaper
from papers.sources.answered import is_address

LONGEST_NAME = 200  # characters, of authors and affiliations
MOST_KEYWORDS = 20


def cleaned(paper: FetchedPaper) -> FetchedPaper:
    """The same paper in tidy text, each author and topic once, the primary topic first."""
    arxiv_id, doi = _ids(paper)
    return replace(
        paper,
        title=tidy(paper.title),
        abstract=tidy(paper.abstract),
        authors=cleaned_authors(paper.authors),
        topics=tuple(filter(None, dict.fromkeys((paper.primary_topic, *paper.topics)))),
        arxiv_id=base_id(arxiv_id),
        doi=doi,
        version=paper.version or version_of(arxiv_id),
        comment=_short(paper.comment, 1000),
        journal_ref=_short(paper.journal_ref, 500),
        organization=_short(paper.organization, LONGEST_NAME),
        submitted_by=_short(paper.submitted_by, LONGEST_NAME),
        withdrawn=_short(paper.withdrawn, 200),
        ai_summary=tidy(paper.ai_summary),
        keywords=tuple(_short(word, 100) for word in paper.keywords[:MOST_KEYWORDS]),
        project_url=sound_url(paper.project_url),
    )


def sound_url(url: str) -> str:
    """The address if people can follow it, else nothing."""
    return url if is_address(url) else ""


def _ids(paper: FetchedPaper) -> tuple[str, str]:
    """The arXiv id and the DOI; the DOIs that arXiv gives are arXiv ids in other clothes."""
    arxiv_id = paper.arxiv_id or arxiv_id_in(paper.doi)
    return arxiv_id, publishers_doi(paper.doi.lower())  # DOIs have no case


def _short(text: str, length: int) -> str:
    return shortened(tidy(text), length)


def cleaned_authors(authors: tuple[FetchedAuthor, ...]) -> tuple[FetchedAuthor, ...]:
    """In order, each person once; a name without any letter is none."""
    people: dict[tuple[str, object], FetchedAuthor] = {}
    for author in authors:
        name = tidy(author.name)[:LONGEST_NAME]
        affiliation = tidy(author.affiliation)[:LONGEST_NAME]
        if key := name_key(name):
            people.setdefault((key, author.ids), FetchedAuthor(name, affiliation, author.ids))
    return tuple(people.values())


def told_first_author(paper: FetchedPaper) -> str:
    """The key of the first author's name."""
    return name_key(paper.authors[0].name) if paper.authors else ""


def is_notice(paper: FetchedPaper) -> bool:
    """Whether it says no more than that a paper is gone."""
    return bool(paper.arxiv_id and paper.withdrawn and not paper.title)


def refusal(paper: FetchedPaper) -> str:
    """Why a cleaned paper cannot be stored, in a sentence; empty when it can."""
    row = Paper(
        title=paper.title,
        arxiv_id=paper.arxiv_id or None,
        doi=paper.doi or None,
        code_url=paper.code_url,
    )
    try:
        row.clean_fields(exclude=["title_key", *(["title"] if is_notice(paper) else [])])
    except ValidationError as error:
        reasons = (
            f"{name}: {message}"
            for name, messages in error.message_dict.items()
            for message in messages
        )
        return f"the paper was left out; {' '.join(reasons)}"
    return ""
