"""A refused setting, or a database that is not there, ends a process in one sentence."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError

# gunicorn takes this exit code as "do not start the worker again"
REFUSED = 3
INTERRUPTED = 130  # as shells count: 128 and the signal
PIPE_CLOSED = 141
NOT_MIGRATED = "The database of DATABASE_URL is empty or not up to date: run manage.py migrate."
NO_WRITING = "Nothing can be written to the database of DATABASE_URL: "
# As PostgreSQL's SQLSTATE and SQLite's words say it.
LACKING = ("42P01", "42703", "no such table", "no such column", "has no column named")
UNWRITABLE = ("25006", "53100", "attempt to write a readonly", "database or disk is full")


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """For programs that are ours."""
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # who read has read enough (| head); what is left must not be tried again at the exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(PIPE_CLOSED)
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
    facts = f"{code}: {told}"
    if any(sign in facts for sign in LACKING):
        return NOT_MIGRATED
    if any(sign in facts for sign in UNWRITABLE):
        return NO_WRITING + told
    if isinstance(error, OperationalError) and (code is None or told.startswith("unable to open")):
        return f"The database of DATABASE_URL does not answer: {told}"
    return ""


def _say(error: ImproperlyConfigured) -> None:
    sys.stderr.write(f"Morning Papers cannot start: {error}\n")
