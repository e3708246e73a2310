"""The one of the two indexes that this database has."""

from types import ModuleType

from django.db.backends.base.base import BaseDatabaseWrapper as Connection

from papers.search import postgresql, sqlite


def engine_of(connection: Connection) -> ModuleType:
    """Both modules have the same names, and nothing outside cares which it is."""
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def create(connection: Connection) -> None:
    _execute(connection, engine_of(connection).CREATE)


def drop(connection: Connection) -> None:
    _execute(connection, engine_of(connection).DROP)


def settle(connection: Connection) -> None:
    """After much was written: tidy up, and let the database count what it has."""
    _execute(connection, engine_of(connection).SETTLE)


def _execute(connection: Connection, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
