from dataclasses import dataclass
from enum import IntEnum

from subscriptions.admin.overview.link import Link

SIGNS = {"STOPPED": "■", "PAUSED": "‖", "WRONG": "▲", "GOING": "▶", "FINE": "✓", "QUIET": "○"}


class Level(IntEnum):
    """How bad it is; the worst is the smallest. PAUSED is what a person wanted."""

    STOPPED = 0
    PAUSED = 1
    WRONG = 2
    GOING = 3
    FINE = 4
    QUIET = 5

    @property
    def sign(self) -> str:
        return SIGNS[self.name]

    @property
    def css(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Line:
    """What is so, what to do about it, and where."""

    level: Level
    says: str
    todo: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    headline: Line
    problems: list[Line]
