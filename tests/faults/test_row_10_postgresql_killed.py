"""Row 10: PostgreSQL dies again and again in a run; the workers find it again by themselves."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.crew import WORKERS, crew
from tests.faults.matrix import Drill
from tests.services import postgresql_server

pytestmark = [pytest.mark.postgresql, pytest.mark.row(10)]


def test_a_database_that_dies_loses_nobody_and_doubles_what_was_in_flight(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers, kills = drill.readers(short=60), drill.trials(short=2, long=10)
    with (
        postgresql_server() as database,
        crew(tmp_path, broker_url, readers, chance, DATABASE_URL=database.url) as here,
        here.at_work(),
    ):
        for moment in sorted(chance.sample(range(readers), kills)):
            here.until_left(moment)
            database.kill()
            database.start()
        here.settle()

        cost = here.toll()
        drill.told(trials=kills, lost=cost.lost, duplicated=cost.duplicated)
        assert cost.readers == readers
        assert (cost.lost, cost.unexplained, cost.altered) == (0, 0, 0)
        assert cost.duplicated <= kills * WORKERS
