"""What arXiv told of a paper, kept as JSON until it is stored."""

from dataclasses import asdict
from datetime import date
from typing import Any

from papers.sources import FetchedAuthor, FetchedPaper

DAYS = ("published_on", "revised_on")
TEXTS = (
    *("title", "abstract", "primary_topic", "code_url", "arxiv_id", "doi"),
    *("comment", "journal_ref", "withdrawn"),
)


def as_json(paper: FetchedPaper) -> dict[str, Any]:
    """Only what arXiv's search tells of a paper."""
    authors = [[author.name, author.affiliation] for author in paper.authors]
    days = {name: day.isoformat() for name in DAYS if (day := getattr(paper, name))}
    told = {name: value for name, value in asdict(paper).items() if name in TEXTS and value}
    also = {"topics": paper.topics, "has_code": paper.has_code, "version": paper.version}
    return {**told, **days, **also, "authors": authors}


def from_json(facts: dict[str, Any], line: int) -> FetchedPaper:
    """The paper of `as_json`, as told on that line."""
    days = {name: date.fromisoformat(facts[name]) for name in DAYS if name in facts}
    authors = tuple(FetchedAuthor(*author) for author in facts["authors"])
    lists = {"authors": authors, "topics": tuple(facts["topics"])}
    return FetchedPaper(**{**facts, **days, **lists, "line": line})
