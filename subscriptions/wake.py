"""Wakes whoever sends, after a commit. Failing is harmless: the next tick finds the rows."""

from papers.waking import Waker
from subscriptions import tasks

SENDER = Waker("a sender")


def notices() -> None:
    """Somebody waits for a mail: a worker sends it or, without a broker, this process does.

    In a thread of its own: the page waits neither for a broker nor for a mail server, and its pace
    does not show whether there was a mail to send.
    """
    SENDER.wake(tasks.send_notices, "notices")


def digests() -> None:
    """The same for somebody who asked for a digest at once."""
    SENDER.wake(tasks.send_digests, "digests")
