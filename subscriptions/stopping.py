"""Stopping: a process that is asked to end does so after the mail in hand, not in the middle of it.

A mail that is broken off would be one that may have left.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event

from subscriptions.timing import Clock

_asked = Event()


@contextmanager
def by_signal() -> Iterator[Event]:
    """SIGTERM and Ctrl-C set the event, and nothing new begins. For the main thread only."""
    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield _asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        forget()


def ask(*_: object) -> None:
    """Stop; also as the handler of a signal."""
    _asked.set()


def forget() -> None:
    """Something else begins, which nobody asked to stop."""
    _asked.clear()


def time_left(clock: Clock, until: datetime | None) -> bool:
    """Whether something new may begin."""
    return not _asked.is_set() and (until is None or clock() < until)
