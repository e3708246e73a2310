"""An UPDATE that is asked thousands of times: Django compiles it once for each number of rows.

Compiling the ledger's most careful statement takes Django longer than a database takes to do it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery

# What a statement is compiled with, and what is then told in place of it.
KEYS = -(10**15)  # and below: no row's key
OWNER = "the owner that a compiled statement leaves open"
NOW = datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)

Build = Callable[[type[Model], Sequence[int], str, datetime], tuple[QuerySet[Any], dict[str, Any]]]


def update(
    build: Build, model: type[Model], keys: Sequence[int], owner: str, now: datetime, *also: object
) -> int:
    """What `build(model, keys, owner, now)` returns: rows, and what changes in them. How many did.

    It is asked seldom; `also` is all else that its statement depends on.
    """
    sql, params = _compiled(build, model, len(keys), connection.vendor, also)
    told: dict[object, Any] = {OWNER: owner, _adapted(NOW): _adapted(now)}
    told |= {KEYS - place: key for place, key in enumerate(keys)}
    with transaction.mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(sql, [told.get(param, param) for param in params])
        return int(cursor.rowcount)


@lru_cache(maxsize=1024)
def _compiled(
    build: Build, model: type[Model], keys: int, _vendor: str, _also: tuple[object, ...]
) -> tuple[str, tuple[Any, ...]]:
    rows, changes = build(model, [KEYS - place for place in range(keys)], OWNER, NOW)
    query: Any = rows.query.chain(UpdateQuery)
    query.add_update_values(changes)
    sql, params = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)


def _adapted(moment: datetime) -> Any:
    """As the database is told moments."""
    return connection.ops.adapt_datetimefield_value(moment)
