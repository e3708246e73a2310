"""Row 1: a worker process that is killed at a random moment loses nobody.

Killed between the server's "250" and the ledger's next commit, it leaves a mail that may have been
sent. That one is sent again, the same to the byte.
"""

import subprocess
from pathlib import Path
from random import Random

import pytest

from tests.faults.crew import Crew, crew, kill, processes
from tests.faults.matrix import Drill

pytestmark = [pytest.mark.postgresql, pytest.mark.row(1)]


def test_a_killed_process_loses_nobody_and_doubles_one_at_most(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers = drill.readers(short=60)
    slowest = 0.0
    with crew(tmp_path, broker_url, readers, chance) as here, here.at_work() as group:
        for _ in range(drill.trials(short=2, long=50)):
            slowest = max(slowest, _kill_one(here, group))

            cost = here.toll()
            drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
            assert cost.readers == readers
            assert (cost.lost, cost.unexplained, cost.altered) == (0, 0, 0)
            assert cost.duplicated <= 1
    drill.told(note=f"{readers} readers, all settled {slowest:.0f} s after a kill at the latest")


def _kill_one(here: Crew, group: subprocess.Popen[bytes]) -> float:
    here.begin()
    here.some_way()
    kill(here.chance.choice(processes(group)))
    return here.settle()
