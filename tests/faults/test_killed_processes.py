"""Rows 1, 2 and 9 of the fault matrix in short: kills and rivals lose nothing, double nothing.

A process that is killed between the server's "250" and the ledger's next commit leaves a mail
that may have been sent. It is sent again with the same Message-ID and the same bytes, at most one
for each killed process (policy `resend`); under `hold` it stays unknown instead.
"""

import json
import sqlite3
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.installation import Installation, kill_group, new_installation, wait_until

READERS = 300
SEND = ["manage.py", "send_digests"]
SHORT_LEASE = {"DIGEST_LEASE_SECONDS": "5", "EMAIL_TIMEOUT": "2", "DIGEST_CHUNK_SIZE": "20"}


def received(installation: Installation) -> Counter[str]:
    return Counter(installation.sink.recipients)


def copies_are_equal(installation: Installation) -> bool:
    """Every recipient's copies are the same to the byte."""
    return len(set(installation.sink.taken)) == len(received(installation))


def settled(installation: Installation) -> bool:
    equation = json.loads(installation.manage("send_digests", "--json"))
    still_open: int = equation["in_progress"] + equation["deferred"]
    return still_open == 0


def test_rivals_that_send_at_once_double_nothing(tmp_path: Path) -> None:
    with new_installation(tmp_path, **SHORT_LEASE) as installation, ExitStack() as stack:
        installation.manage("seed", "--subscribers", str(READERS), "--due")
        log = tmp_path / "log"
        rivals = [stack.enter_context(installation.running(*SEND, log=log)) for _ in range(3)]
        for rival in rivals:
            assert rival.wait(120) == 0, log.read_text()

        assert set(received(installation).values()) == {1}
        assert len(received(installation)) == READERS


@pytest.mark.parametrize("kill_after", [1, 70, 160])
def test_a_process_killed_in_the_middle_loses_nobody(tmp_path: Path, kill_after: int) -> None:
    with new_installation(tmp_path, **SHORT_LEASE) as installation:
        installation.manage("seed", "--subscribers", str(READERS), "--due")
        with installation.running(*SEND, log=tmp_path / "log") as victim:
            wait_until(lambda: len(installation.sink.taken) >= kill_after, 60, tmp_path / "log")
            kill_group(victim)

        wait_until(lambda: settled(installation), 60)

        copies = received(installation)
        assert len(copies) == READERS
        assert copies.total() - READERS <= 1
        assert copies_are_equal(installation)


def test_under_the_policy_hold_a_kill_doubles_nothing_and_names_what_it_left(
    tmp_path: Path,
) -> None:
    variables = {**SHORT_LEASE, "DIGEST_UNKNOWN_POLICY": "hold"}
    with new_installation(tmp_path, **variables) as installation:
        installation.manage("seed", "--subscribers", str(READERS), "--due")
        with installation.running(*SEND, log=tmp_path / "log") as victim:
            wait_until(lambda: len(installation.sink.taken) >= 50, 60, tmp_path / "log")
            kill_group(victim)
        wait_until(lambda: settled(installation), 60)

        equation = json.loads(installation.manage("send_digests", "--json"))

        assert set(received(installation).values()) == {1}
        assert equation["sent"] + equation["unknown"] == READERS
        assert equation["unknown"] <= 1
        assert equation["unexplained"] == 0


@pytest.mark.postgresql
def test_a_worker_group_killed_in_the_middle_loses_nobody(tmp_path: Path, broker_url: str) -> None:
    log = tmp_path / "worker.log"
    worker = ["-m", "celery", "-A", "digest_project", "worker", "--concurrency", "2"]
    variables = {**SHORT_LEASE, "CELERY_BROKER_URL": broker_url}
    with new_installation(tmp_path, **variables) as installation:
        installation.manage("seed", "--subscribers", str(READERS), "--due")
        with installation.running(*worker, log=log) as victims:
            installation.manage("tick")
            wait_until(lambda: len(installation.sink.taken) >= 40, 60, log)
            kill_group(victims)

        with installation.running(*worker, log=log):
            wait_until(lambda: _ticked_to_the_end(installation), 120, log)

        copies = received(installation)
        assert len(copies) == READERS
        assert copies.total() - READERS <= 2
        assert copies_are_equal(installation)


def _ticked_to_the_end(installation: Installation) -> bool:
    installation.manage("tick")
    return len(received(installation)) == READERS


def test_a_killed_writer_leaves_sqlite_whole(tmp_path: Path) -> None:
    with new_installation(tmp_path, **SHORT_LEASE) as installation:
        url = installation.environment["DATABASE_URL"]
        if not url.startswith("sqlite"):
            pytest.skip("about SQLite's file")
        installation.manage("seed", "--subscribers", "50", "--due")
        with installation.running(*SEND, log=tmp_path / "log") as victim:
            wait_until(lambda: len(installation.sink.taken) >= 5, 60, tmp_path / "log")
            kill_group(victim)

        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
