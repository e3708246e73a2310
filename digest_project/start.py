"""A refused setting, or a database that is not there, ends a process in one sentence."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError

# gunicorn takes this exit code as "do not start the worker again"
REFUSED = 3
NO_TABLES = "The database of DATABASE_URL has no tables yet: run manage.py migrate."


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """For programs that are ours."""
    try:
        yield
    except ImproperlyConfigured as error:
        _say(error)
        sys.exit(REFUSED)
    except DatabaseError as error:
        sentence = _about_database(error)
        if not sentence or "--traceback" in sys.argv:
            raise
        sys.exit(sentence)


def excepthook(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """For those whose main function is not ours; every other error is shown as ever."""
    if isinstance(error, ImproperlyConfigured):
        _say(error)
    else:
        sys.__excepthook__(kind, error, traceback)


def _about_database(error: DatabaseError) -> str:
    """What to do about one that cannot be reached or is empty; of any other error nothing."""
    told = str(error).partition("\n")[0]
    code = getattr(error.__cause__, "sqlstate", "")  # psycopg knows none before it is connected
    if code == "42P01" or told.startswith("no such table"):
        return NO_TABLES
    if isinstance(error, OperationalError) and (code is None or told.startswith("unable to open")):
        return f"The database of DATABASE_URL does not answer: {told}"
    return ""


def _say(error: ImproperlyConfigured) -> None:
    sys.stderr.write(f"Morning Papers cannot start: {error}\n")
