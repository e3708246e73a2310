"""What an editor wrote is believed above all sources, until the sources are followed again."""

from collections.abc import Iterable

from papers.ingest.precedence import EDITOR, Claim
from papers.models import Author, Paper

COLUMNS = {"primary_topic": "primary_topic_id", "main_topic": "main_topic_id"}


def believe_editor(row: Paper | Author, fields: Iterable[str]) -> None:
    """Remember that an editor wrote these fields; the caller saves the row."""
    claim = Claim(EDITOR).as_json()
    row.told_by = row.told_by | {COLUMNS.get(name, name): claim for name in fields}


def without_editor(row: Paper | Author) -> dict[str, object]:
    """`told_by` once the sources are followed again."""
    return {name: claim for name, claim in row.told_by.items() if claim[0] != EDITOR}


def fields_of_editor(row: Paper | Author) -> list[str]:
    names = {column: name for name, column in COLUMNS.items()}
    return sorted(names.get(name, name) for name in row.told_by if name not in without_editor(row))
