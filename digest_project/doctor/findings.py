from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    subject: str
    found: str
    fix: str = ""
    excused: bool = False  # somebody is only trying it out


@dataclass(frozen=True, slots=True)
class Question:
    """What the operator asked for. `dns`: the address of the server to ask; "": the machine's."""

    now: datetime
    offline: bool = False
    dns: str = ""
    dkim_selector: str = ""
    send_to: str = ""


Check = Callable[[Question], Iterator[Finding]]


def ok(subject: str, found: str) -> Finding:
    return Finding(Level.OK, subject, found)


def warn(subject: str, found: str, fix: str) -> Finding:
    return Finding(Level.WARN, subject, found, fix, excused=settings.TRYING_OUT)


def fail(subject: str, found: str, fix: str) -> Finding:
    return Finding(Level.FAIL, subject, found, fix)


def unfit(subject: str, found: str, fix: str) -> Finding:
    """A failure, unless somebody is trying it out."""
    return Finding(Level.FAIL, subject, found, fix, excused=settings.TRYING_OUT)


def skipped(subject: str, why: str) -> Finding:
    return Finding(Level.SKIPPED, subject, f"not looked at: {why}")


def in_one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
