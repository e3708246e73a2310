"""What files of one's own have in common: they are opened, and handed over in batches."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from papers.sources import Fetched, FetchedPaper, Problem, SourceError

BATCH = 500  # papers and problems together
MOST_PROBLEMS = 1_000

Finding = FetchedPaper | Problem | str  # a text is a note for people

NO_FILE = "the file cannot be read ({reason}); check its name, and who may read it."
NO_PAPER = "the file holds no paper; expected at least one."
MORE = "{count:,} more problems, from this line on, were left out of the list."


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file as bytes; SourceError if it cannot be opened."""
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(NO_FILE.format(reason=reason)) from error
    with file:
        yield file


def in_batches(file: str, findings: Iterable[Finding]) -> Iterator[Fetched]:
    """The findings in their order; the notes with the last of them."""
    batch, notes, problems = Batch(), [], Problems(file)
    is_empty = True
    for finding in findings:
        is_empty = is_empty and isinstance(finding, str)
        if isinstance(finding, str):
            notes.append(finding)
        elif isinstance(finding, FetchedPaper) or problems.has_room_for(finding):
            batch.add(finding)
        if batch.is_full:
            yield batch.handed_over()
    for problem in problems.last_words(is_empty=is_empty):
        batch.add(problem)
    yield batch.handed_over(" ".join(notes))


class Batch:
    """Papers and problems until there are enough to hand over."""

    def __init__(self) -> None:
        self._papers: list[FetchedPaper] = []
        self._problems: list[Problem] = []

    @property
    def is_full(self) -> bool:
        return len(self._papers) + len(self._problems) >= BATCH

    def add(self, finding: FetchedPaper | Problem) -> None:
        if isinstance(finding, FetchedPaper):
            self._papers.append(finding)
        else:
            self._problems.append(finding)

    def handed_over(self, note: str = "") -> Fetched:
        """What was gathered; the batch is empty afterwards."""
        fetched = Fetched(tuple(self._papers), tuple(self._problems), note=note)
        self._papers, self._problems = [], []
        return fetched


class Problems:
    """Counts the problems of a file, so that a thoroughly broken one fills no memory."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._kept = 0
        self._left_out = 0
        self._line = 0

    def has_room_for(self, problem: Problem) -> bool:
        if self._kept < MOST_PROBLEMS:
            self._kept += 1
            return True
        self._line = self._line or problem.line
        self._left_out += 1
        return False

    def last_words(self, *, is_empty: bool) -> Iterator[Problem]:
        if self._left_out:
            yield Problem(self._file, self._line, MORE.format(count=self._left_out))
        if is_empty:
            yield Problem(self._file, 1, NO_PAPER)
