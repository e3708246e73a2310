"""Row 7: a broker that dies half-way and comes back empty costs nobody a mail, and doubles none."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.crew import PATIENT, Crew, crew
from tests.faults.matrix import Drill
from tests.services import Server, redis_server

pytestmark = [pytest.mark.postgresql, pytest.mark.row(7)]


def test_a_broker_that_comes_back_empty_loses_and_doubles_nothing(
    tmp_path: Path, drill: Drill, chance: Random
) -> None:
    readers = drill.readers(short=60)
    with (
        redis_server() as redis,
        crew(tmp_path, redis.url, readers, chance, **PATIENT) as here,
        here.at_work(),
        here.ticking(),
    ):
        for _ in range(drill.trials(short=1, long=10)):
            here.begin()
            here.some_way()
            _emptied(redis)
            here.settle_unaided()
            _told(here, drill)

            # what was in hand may have been enough: all that comes now needs the new broker
            here.begin()
            here.settle_unaided()
            _told(here, drill)


def _emptied(redis: Server) -> None:
    redis.kill()
    redis.start()


def _told(here: Crew, drill: Drill) -> None:
    cost = here.toll()
    drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
    assert (cost.readers, cost.lost, cost.duplicated) == (here.readers, 0, 0)
