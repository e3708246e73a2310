"""What a reading brought, over all its steps: kept in the row as JSON, shown in the admin."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from papers.ingest import IngestReport

PROBLEMS_KEPT = 20
NOTES_KEPT = 20


@dataclass(frozen=True, slots=True)
class Step:
    """A page read and stored. `cursor` is where the next one begins, empty after the last.

    `whole` says that all of the page could be read.
    """

    report: IngestReport = field(default_factory=IngestReport)
    cursor: str = ""
    watermark: str = ""
    note: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problem_count: int = 0
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    watermark: str = ""
    whole: bool = True

    def plus(self, step: Step) -> "Tally":
        report = step.report
        told = tuple(f"{each.file}:{each.line}: {each.message}" for each in report.problems)
        notes = (step.note,) if step.note and step.note not in self.notes else ()
        return Tally(
            self.read + report.read,
            self.created + report.created,
            self.updated + report.updated,
            self.unchanged + report.unchanged,
            self.problem_count + len(told),
            (self.problems + told)[:PROBLEMS_KEPT],
            (self.notes + notes)[:NOTES_KEPT],
            step.watermark or self.watermark,
            self.whole and step.whole,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Tally":
        tally = cls(**facts)
        return replace(tally, problems=tuple(tally.problems), notes=tuple(tally.notes))

    def __str__(self) -> str:
        if not (self.read or self.problem_count):
            return f"({'; '.join(self.notes)})"
        counts = f"read {self.read}, created {self.created}, updated {self.updated}"
        return counts + (f", problems {self.problem_count}" if self.problem_count else "")
