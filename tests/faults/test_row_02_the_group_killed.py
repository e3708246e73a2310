"""Row 2: all worker processes are killed at once, with their parent; others take over."""

from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.faults.crew import WORKERS, crew
from tests.faults.matrix import Drill
from tests.installation import kill_group

pytestmark = [pytest.mark.postgresql, pytest.mark.row(2)]


def test_a_killed_group_loses_nobody_and_doubles_one_for_each_process(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers, slowest = drill.readers(short=60), 0.0
    with crew(tmp_path, broker_url, readers, chance) as here, ExitStack() as stack:
        group = stack.enter_context(here.at_work())
        for _ in range(drill.trials(short=1, long=50)):
            here.begin()
            here.some_way()
            kill_group(group)
            group = stack.enter_context(here.at_work())
            took = here.settle()
            slowest = max(slowest, took)

            cost = here.toll()
            drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
            assert cost.readers == readers
            assert here.in_time(took)
            assert (cost.lost, cost.unexplained, cost.altered) == (0, 0, 0)
            assert cost.duplicated <= WORKERS
    drill.told(note=f"{readers} readers, all settled within {slowest:.0f} s of a new group's start")
