"""Row 6: a worker, a scheduler or a command that is asked to stop ends after the mail in hand."""

import os
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.faults.counting import toll
from tests.faults.crew import PATIENCE, PATIENT, SHORT_LEASE, Crew, crew
from tests.faults.ledger import Ledger
from tests.faults.matrix import Drill
from tests.installation import new_installation, wait_until

pytestmark = pytest.mark.row(6)


@pytest.mark.postgresql
def test_restarts_one_after_another_lose_and_double_nothing(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers = drill.readers(short=60)
    with crew(tmp_path, broker_url, readers, chance, **PATIENT) as here, ExitStack() as stack:
        group = stack.enter_context(here.at_work())
        for number in range(drill.trials(short=2, long=20)):
            if number % 2 == 0:
                here.begin()
            here.some_way()
            successor = stack.enter_context(here.at_work())
            _stop(group)
            group = successor
            if number % 2:
                _judged(here, drill)


def _stop(group: subprocess.Popen[bytes]) -> None:
    """As service managers do it: every process of the service is told."""
    os.killpg(group.pid, signal.SIGTERM)
    group.wait(PATIENCE)


def _judged(here: Crew, drill: Drill) -> None:
    here.settle()
    cost = here.toll()
    drill.told(trials=2, lost=cost.lost, duplicated=cost.duplicated)
    assert (cost.readers, cost.lost, cost.duplicated) == (here.readers, 0, 0)


@pytest.mark.parametrize("command", ["send_digests", "scheduler"])
def test_a_command_that_is_asked_to_stop_ends_after_the_mail_in_hand(
    tmp_path: Path, command: str, drill: Drill, chance: Random
) -> None:
    readers, log = 200, tmp_path / "log"
    with new_installation(tmp_path, **SHORT_LEASE) as installation:
        installation.manage("seed", "--subscribers", str(readers), "--due")
        taken, ledger = installation.sink.taken, Ledger(installation.environment["DATABASE_URL"])
        moment = chance.randrange(1, readers // 2)
        with installation.running("manage.py", command, log=log) as process:
            wait_until(lambda: len(taken) >= moment, PATIENCE, log)
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
        stopped_at = len(taken)
        assert stopped_at < readers
        assert not ledger.ask("SELECT id FROM subscriptions_digest WHERE state = 'sending'")

        installation.manage("tick")
        cost = toll(taken, ledger)
        drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
        assert (cost.readers, cost.lost, cost.duplicated) == (readers, 0, 0)
