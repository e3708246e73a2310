"""What a few answers of a reader change the next day.

A reader is known by two saves. Of the first day's ten papers they want more like up to three that
they saved, and less like the first that they did not. The next day has other candidates.
"""

from collections.abc import Iterable
from dataclasses import replace

from benchmarks.judging.collection import SHOWN, Task
from benchmarks.judging.figures import Figure, figure, judged
from benchmarks.judging.methods import Method

KNOWN, MORE, LESS = 2, 3, 1


def learning(tasks: Iterable[Task], method: Method) -> dict[str, Figure]:
    """nDCG@10 of the second day without those answers and with them, and the difference.

    Of readers who were shown something to want more of.
    """
    before, after = [], []
    for task in tasks:
        today, tomorrow = _days(task)
        shown = method(today)[0][:SHOWN]
        more = [paper for paper in shown if paper in task.gains][:MORE]
        less = [paper for paper in shown if paper not in task.gains][:LESS]
        if not more or not tomorrow.gains:
            continue
        wiser = replace(tomorrow, liked=(*tomorrow.liked, *more), disliked=tuple(less))
        before.append(judged(method(tomorrow)[0], tomorrow.gains)["nDCG@10"])
        after.append(judged(method(wiser)[0], wiser.gains)["nDCG@10"])
    gained = [late - early for early, late in zip(before, after, strict=True)]
    return {"before": figure(before), "after": figure(after), "gained": figure(gained)}


def _days(task: Task) -> tuple[Task, Task]:
    """The candidates in two halves, the welcome ones too; for a reader known by two saves."""
    welcome = [paper for paper in task.candidates if paper in task.gains]
    others = [paper for paper in task.candidates if paper not in task.gains]
    known = replace(task, liked=task.liked[:KNOWN])
    first, second = (
        replace(
            known,
            candidates=(*others[day::2], *welcome[day::2]),
            gains={paper: task.gains[paper] for paper in welcome[day::2]},
        )
        for day in (0, 1)
    )
    return first, second
