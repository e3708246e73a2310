"""Row 9: a broker that delivers the same task seven times at once has one mail sent to each."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.crew import PATIENT, crew
from tests.faults.matrix import Drill

pytestmark = [pytest.mark.postgresql, pytest.mark.row(9)]
TIMES = 7


def test_a_task_delivered_seven_times_sends_one_mail(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers = drill.readers(short=60)
    with crew(tmp_path, broker_url, readers, chance, **PATIENT) as here, here.at_work(TIMES):
        for number in range(drill.trials(short=2, long=20)):
            here.begin()
            for _ in range(TIMES):
                here.send("send_digests", task_id=f"wake-up-{number}")
            here.settle()

            cost = here.toll()
            drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
            assert (cost.readers, cost.lost, cost.duplicated) == (readers, 0, 0)
