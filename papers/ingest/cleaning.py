"""Fetched values as the rows keep them."""

from dataclasses import replace

from django.core.exceptions import ValidationError

from papers.identifiers import without_version
from papers.models import Paper
from papers.naming import name_key, tidy
from papers.sources import FetchedAuthor, FetchedPaper

LONGEST_NAME = 200  # characters, of authors and affiliations


def cleaned(paper: FetchedPaper) -> FetchedPaper:
    """The same paper in tidy text, each author and topic once, the primary topic first."""
    return replace(
        paper,
        title=tidy(paper.title),
        abstract=tidy(paper.abstract),
        authors=cleaned_authors(paper.authors),
        topics=tuple(filter(None, dict.fromkeys((paper.primary_topic, *paper.topics)))),
        arxiv_id=without_version(paper.arxiv_id),
        doi=paper.doi.strip().lower(),  # DOIs have no case
    )


def cleaned_authors(authors: tuple[FetchedAuthor, ...]) -> tuple[FetchedAuthor, ...]:
    """In order, each person once; a name without any letter is none."""
    people: dict[str, FetchedAuthor] = {}
    for author in authors:
        name = tidy(author.name)[:LONGEST_NAME]
        affiliation = tidy(author.affiliation)[:LONGEST_NAME]
        people.setdefault(name_key(name), FetchedAuthor(name, affiliation))
    people.pop("", None)
    return tuple(people.values())


def first_author_key(paper: FetchedPaper) -> str:
    return name_key(paper.authors[0].name) if paper.authors else ""


def refusal(paper: FetchedPaper) -> str:
    """Why a cleaned paper cannot be stored, in a sentence; empty when it can."""
    row = Paper(
        title=paper.title,
        arxiv_id=paper.arxiv_id or None,
        doi=paper.doi or None,
        code_url=paper.code_url,
    )
    try:
        row.clean_fields(exclude=["title_key"])
    except ValidationError as error:
        reasons = (
            f"{name}: {message}"
            for name, messages in error.message_dict.items()
            for message in messages
        )
        return f"the paper was left out; {' '.join(reasons)}"
    return ""
