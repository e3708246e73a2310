"""Row 11: four processes share a file of SQLite and are killed, one after another.

Whatever database the other tests use: an installation may choose this one.
"""

import signal
import sqlite3
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from tests.faults.counting import toll
from tests.faults.crew import PATIENCE, SHORT_LEASE
from tests.faults.ledger import Ledger
from tests.faults.matrix import Drill
from tests.installation import Installation, kill_group, new_installation, wait_until

pytestmark = [pytest.mark.once, pytest.mark.row(11)]
PROCESSES = 4


def test_four_processes_share_a_file_and_may_be_killed(
    tmp_path: Path, drill: Drill, chance: Random
) -> None:
    readers = drill.readers(short=60)
    file = tmp_path / "installation.sqlite3"
    variables = {**SHORT_LEASE, "DATABASE_URL": f"sqlite:///{file}"}
    with new_installation(tmp_path, **variables) as installation:
        installation.manage("seed", "--subscribers", str(readers), "--due")
        ledger = Ledger(variables["DATABASE_URL"])
        for number in range(drill.trials(short=1, long=50)):
            installation.sink.taken.clear()
            ledger.open_again()
            folder = tmp_path / str(number)
            folder.mkdir()
            _send_and_kill(installation, folder, chance.randrange(1, readers), chance)
            _finish(installation, ledger, folder)

            cost = toll(installation.sink.taken, ledger)
            drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
            assert cost.readers == readers
            assert (cost.lost, cost.unexplained, cost.altered) == (0, 0, 0)
            assert cost.duplicated <= 1
            _is_whole(file)
            for log in folder.iterdir():
                assert "database is locked" not in log.read_text()


def _send_and_kill(installation: Installation, folder: Path, moment: int, chance: Random) -> None:
    """Four at once; one is killed at that many mails, and the others are asked to stop."""
    commands = ["send_digests"] * (PROCESSES - 1) + ["scheduler"]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                installation.running("manage.py", command, log=folder / f"{number}.log")
            )
            for number, command in enumerate(commands)
        ]
        wait_until(lambda: len(installation.sink.taken) >= moment, PATIENCE, folder / "0.log")
        victim = chance.choice(processes)
        kill_group(victim)
        for process in processes:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _finish(installation: Installation, ledger: Ledger, folder: Path) -> None:
    log = folder / "last.log"
    with installation.running("manage.py", "scheduler", log=log) as last:
        wait_until(ledger.settled, PATIENCE, log)
        _stop(last)


def _is_whole(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
