"""Stacked bars as a page draws them: in units of their own, without a script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160
GAP = 0.2  # of a bar's room
NICE = (10, 15, 20, 30, 40, 50, 60, 80, 100)  # tenths


@dataclass(frozen=True, slots=True)
class Series:
    """One number of each day or hour, the oldest first; None where nobody knows it."""

    name: str
    counts: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `place` is its series', from 1, by which it gets colour and pattern."""

    place: int
    x: float
    y: float
    width: float
    height: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    key: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]

    @property
    def top(self) -> int:
        """The end of the scale: a round number, not below the highest bar."""
        highest = max(1, *(sum(stack) for stack in self._stacks()))
        power: int = 10 ** (len(str(highest)) - 1)
        return next(end for nice in NICE if (end := -(-nice * power // 10)) >= highest)

    @property
    def bars(self) -> Iterator[Bar]:
        """Each stack from the bottom up."""
        room = WIDTH / len(self.labels)
        width = round(room * (1 - GAP), 2)
        for number, stack in enumerate(self._stacks()):
            below = 0
            for place, count in enumerate(stack, start=1):
                below += count
                if count:
                    x, y = round(room * (number + GAP / 2), 2), self._down(below)
                    says = f"{self.labels[number]}: {count} {self.series[place - 1].name}"
                    yield Bar(place, x, y, width, round(self._down(below - count) - y, 2), says)

    @property
    def rows(self) -> list[tuple[str, tuple[int | None, ...]]]:
        """The same as a table, the newest first."""
        columns = zip(*(series.counts for series in self.series), strict=True)
        return list(zip(self.labels, columns, strict=True))[::-1]

    @property
    def is_known(self) -> bool:
        return any(count is not None for series in self.series for count in series.counts)

    def _stacks(self) -> list[tuple[int, ...]]:
        counts = ([count or 0 for count in series.counts] for series in self.series)
        return list(zip(*counts, strict=True))

    def _down(self, count: int) -> float:
        """How far below the upper edge a bar of that height ends."""
        return round(HEIGHT - HEIGHT * count / self.top, 2)
