"""The fault matrix: what each row injects, how often it is tried, and the table of what came of it.

A test says `@pytest.mark.row(7)`, asks the fixture `drill` how many trials there are to be, and
tells it what they cost. `make drill` runs the long form and ends with the table.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

LONG = os.environ.get("DRILL") == "long"
ROWS = {
    0: "a provider that fails one call in twelve",
    1: "one worker process killed at a random moment",
    2: "the whole worker group killed",
    3: "killed before and after each commit",
    4: "policy hold, all worker processes killed",
    5: "provider with idempotency keys, kills and lost replies",
    6: "rolling restarts by SIGTERM",
    7: "Redis killed half-way and restarted empty",
    8: "Redis down while people sign up",
    9: "the same task seven times at once",
    10: "PostgreSQL killed in the middle",
    11: "SQLite, four processes, one killed",
    12: "five schedulers at once",
    13: "schedulers off for hours and for days",
    14: "600 zones over two years",
    15: "zone and hour changed around the send time",
    16: "database restored from yesterday",
    17: "throttled for twenty minutes",
    18: "reply dropped after acceptance",
    19: "our login refused from the second minute",
    20: "provider hangs without a byte",
    21: "one poison paper or subscriber",
    22: "one in ten bounces early",
    23: "unsubscribed at a random instant",
    24: "a scanner opens every link",
    25: "one-click in every legal form",
    26: "fuzzed tokens",
    30: "events unsigned, replayed, in any order, too many",
    32: "a canary through sign-up, digests, export and erasure",
    34: "soak: two weeks of random faults",
}


@dataclass(slots=True)
class Row:
    """What its tests told, and how they ended."""

    trials: int = 0
    lost: int = 0
    duplicated: int = 0
    notes: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def verdict(self) -> str:
        if self.failed:
            return "FAILED"
        if not self.passed:
            return "not run"
        return f"ok, {self.skipped} skipped" if self.skipped else "ok"


@dataclass(slots=True)
class Matrix:
    """Of one run of pytest."""

    rows: dict[int, Row] = field(default_factory=lambda: defaultdict(Row))

    def table(self) -> Iterator[str]:
        yield f"{'row':>3}  {'what is done':<54} {'trials':>7} {'lost':>5} {'twice':>5}  verdict"
        for number, title in ROWS.items():
            row = self.rows.get(number, Row())
            counts = (
                f"{row.trials:>7} {row.lost:>5} {row.duplicated:>5}" if row.trials else " " * 19
            )
            yield f"{number:>3}  {title:<54} {counts}  {row.verdict}"
            yield from (f"     {note}" for note in row.notes)


@dataclass(frozen=True, slots=True)
class Drill:
    """A test's share in its row."""

    row: Row

    def trials(self, short: int, long: int) -> int:
        return long if LONG else short

    def readers(self, short: int, long: int = 2_000) -> int:
        """DRILL_READERS says how many in the long form, where that is too many for a machine."""
        return int(os.environ.get("DRILL_READERS") or long) if LONG else short

    def told(self, *, trials: int = 0, lost: int = 0, duplicated: int = 0, note: str = "") -> None:
        """Told before the test judges, so that the table shows what went wrong too."""
        self.row.trials += trials
        self.row.lost += lost
        self.row.duplicated += duplicated
        if note:
            self.row.notes.append(note)
