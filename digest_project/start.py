"""A refused setting ends a process in one sentence, not in a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured

# gunicorn takes this exit code as "do not start the worker again"
REFUSED = 3


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """For programs that are ours."""
    try:
        yield
    except ImproperlyConfigured as error:
        _say(error)
        sys.exit(REFUSED)


def excepthook(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """For those whose main function is not ours; every other error is shown as ever."""
    if isinstance(error, ImproperlyConfigured):
        _say(error)
    else:
        sys.__excepthook__(kind, error, traceback)


def _say(error: ImproperlyConfigured) -> None:
    sys.stderr.write(f"Morning Papers cannot start: {error}\n")
