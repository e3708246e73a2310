"""Where a process can die: before and after each commit, and before and after each mail is taken.

A child process does the work once and counts what it crosses. Then it does the same again, once for
each of these boundaries, and kills itself there. The product knows nothing of it: the connection to
the database is watched, and the provider is one of ours.
"""

import json
import os
import re
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, connections

WRITES = re.compile(r"(INSERT|UPDATE|DELETE)\b.*?\"(?:subscriptions|papers)_(\w+)\"", re.DOTALL)
LONGEST = 60  # seconds that a child may take


class Line:
    """The life line of this process: what it has crossed, and where it ends."""

    def __init__(self, fatal: int | None = None) -> None:
        self.fatal = fatal
        self.crossed: list[str] = []
        self.uncommitted: list[str] = []

    def cross(self, name: str) -> None:
        if len(self.crossed) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.crossed.append(name)

    def around(self, name: str, work: Callable[[], Any]) -> Any:
        self.cross(f"before {name}")
        done = work()
        self.cross(f"after {name}")
        return done

    def watch(self) -> None:
        """From here on, each commit of this process."""
        watching: Any = connection  # whose `_commit` every backend has, and no type tells of
        commit = watching._commit

        def watched() -> None:
            written = ", ".join(dict.fromkeys(self.uncommitted))
            self.uncommitted.clear()
            if written:
                self.around(f"COMMIT of {written} in {_stage()}", commit)
            else:
                commit()

        watching._commit = watched
        connection.execute_wrappers.append(self._statement)

    def _statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        write = WRITES.match(sql)
        if write is None:
            return execute(sql, params, many, context)
        name = " ".join(write.groups())
        if connection.in_atomic_block:
            self.uncommitted.append(name)
            return execute(sql, params, many, context)
        return self.around(f"{name} in {_stage()}", lambda: execute(sql, params, many, context))


def _stage() -> str:
    """The innermost function of the product that is at work."""
    frame = sys._getframe()
    while frame.f_back:
        frame = frame.f_back
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(("subscriptions.", "papers.")):
            return f"{module.rpartition('.')[2]}.{frame.f_code.co_qualname}"
    return "the test"


class Provider(BaseEmailBackend):
    """Takes every mail, and writes down at once what it took; a file outlives who is killed.

    It answers by the address: `refused@` never is taken, `later@` and `bug@` not at first, and of
    what `lost@` is sent first, the sender never hears that it was taken.
    """

    file = Path()
    line = Line()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            [address] = email.to
            first = address not in {row["to"] for row in self.asked()}
            self.line.around("the provider is asked", partial(self._note, email, taken=False))
            self._answer(address.partition("@")[0], address, first=first)
            self.line.around("the provider takes it", partial(self._note, email, taken=True))
            if first and address.startswith("lost@"):
                raise SMTPServerDisconnected("Connection unexpectedly closed")
        return len(email_messages)

    @classmethod
    def asked(cls) -> list[dict[str, Any]]:
        lines = cls.file.read_text().splitlines() if cls.file.exists() else []
        return [json.loads(line) for line in lines]

    @classmethod
    def taken(cls) -> list[tuple[str, str, str]]:
        """Recipient, Message-ID and a hash of the bytes, of each mail."""
        return [(row["to"], row["id"], row["bytes"]) for row in cls.asked() if row["taken"]]

    def _answer(self, wish: str, address: str, *, first: bool) -> None:
        if wish == "refused":
            raise SMTPRecipientsRefused({address: (550, b"5.1.1 no such user")})
        if wish == "later" and first:
            raise SMTPRecipientsRefused({address: (454, b"4.7.0 not now")})
        if wish == "bug" and first:
            raise KeyError("nobody foresaw it")

    def _note(self, email: EmailMessage, *, taken: bool) -> None:
        row = {
            "to": email.to[0],
            "id": email.extra_headers["Message-ID"],
            "bytes": sha256(email.message().as_bytes()).hexdigest(),
            "taken": taken,
        }
        with self.file.open("a") as file:
            file.write(json.dumps(row) + "\n")


def crossings(work: Callable[[], object], report: Path) -> list[str]:
    """Have a child do the work to its end; what it crossed."""
    status = _in_a_child(work, report, fatal=None)
    assert os.waitstatus_to_exitcode(status) == 0, report.read_text()
    crossed: list[str] = json.loads(report.read_text())
    return crossed


def die_at(boundary: int, work: Callable[[], object], report: Path) -> None:
    """Have a child do the work and be killed at that crossing, counted from 0."""
    report.unlink(missing_ok=True)
    status = _in_a_child(work, report, fatal=boundary)
    ended = os.waitstatus_to_exitcode(status)
    assert ended == -signal.SIGKILL, report.read_text() if report.exists() else ended


def _in_a_child(work: Callable[[], object], report: Path, fatal: int | None) -> int:
    connections.close_all()  # a server's connection cannot be shared with a child
    pid = os.fork()
    if pid == 0:
        signal.alarm(LONGEST)
        _live(work, report, Line(fatal))
    return os.waitpid(pid, 0)[1]


def _live(work: Callable[[], object], report: Path, line: Line) -> None:
    """Never returns: what follows in the test is the parent's."""
    ended = 1
    try:
        Provider.line = line
        connection.ensure_connection()
        line.watch()
        work()
        report.write_text(json.dumps(line.crossed))
        ended = 0
    except BaseException:  # noqa: BLE001  # told to the parent
        report.write_text(traceback.format_exc())
    finally:
        os._exit(ended)


def first_of_each(crossed: Sequence[str]) -> list[int]:
    """Where each name comes first, and the end.

    What is kept is the same after a boundary and before the next one, so one of the two will do.
    """
    first = {name: place for place, name in reversed(list(enumerate(crossed)))}
    before = [place for name, place in first.items() if name.startswith("before ")]
    return sorted({*before, len(crossed) - 1})


def copies(taken: Sequence[tuple[str, str, str]]) -> Counter[str]:
    """How often each mail was taken, by its Message-ID."""
    return Counter(message_id for _, message_id, _ in taken)
