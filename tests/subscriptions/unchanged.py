"""Proof that something changed nothing that is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = every_row()
    yield
    assert every_row() == before


def every_row() -> dict[str, list[Any]]:
    """All rows of all tables, as the database holds them."""
    rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608  # a table of our own
            rows[table] = sorted(cursor.fetchall(), key=repr)
    return rows
