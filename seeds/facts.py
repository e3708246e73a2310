"""The demonstration data as it stands in seeds/data (what is what: the README there)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papers.sources import AuthorProfile, FetchedAuthor, FetchedPaper

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class SeedPaper:
    """One paper, its summary, and invented votes as (days ago, votes so far), oldest first.

    The date in the file is left where it is: the loader gives each paper a recent one.
    """

    paper: FetchedPaper
    summary: str
    votes: tuple[tuple[int, int], ...]


def seed_papers() -> tuple[SeedPaper, ...]:
    """Newest first."""
    return tuple(_seed_paper(row) for row in _rows("papers.json"))


def seed_authors() -> tuple[AuthorProfile, ...]:
    return tuple(AuthorProfile(**row) for row in _rows("authors.json"))


def _rows(file: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / file).read_text(encoding="utf-8"))
    return rows


def _seed_paper(row: dict[str, Any]) -> SeedPaper:
    paper = FetchedPaper(
        title=row["title"],
        authors=tuple(FetchedAuthor(name, row["affiliation"]) for name in row["authors"]),
        primary_topic=row["topic"],
        topics=tuple(row.get("also", ())),
        has_code=row["has_code"],
        code_url=row["code_url"],
    )
    votes = tuple((days_ago, count) for days_ago, count in row["votes"])
    return SeedPaper(paper, row["summary"], votes)
