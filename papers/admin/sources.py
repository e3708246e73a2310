from typing import Any

from django.utils.html import format_html_join

from papers.admin.editing import COLUMNS
from papers.models import Author, Paper


def who_told_what(row: Paper | Author) -> str:
    """By source: the fields that are believed of it, as HTML."""
    by_source: dict[str, list[str]] = {}
    for column, claim in sorted(row.told_by.items()):
        by_source.setdefault(_called(claim), []).append(_label(column))
    told = ((source, ", ".join(fields)) for source, fields in sorted(by_source.items()))
    return format_html_join("", "<p><strong>{}</strong>: {}</p>", told) or "nobody so far"


def _called(claim: list[Any]) -> str:
    source, version, _ = claim
    return f"{source}, version {version}" if version else str(source)


def _label(column: str) -> str:
    names = {stored: name for name, stored in COLUMNS.items()}
    return names.get(column, column).replace("_", " ")
