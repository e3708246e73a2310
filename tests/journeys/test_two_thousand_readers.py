"""The scaled-out installation: PostgreSQL, Redis, a worker of two processes, beat, and SMTP."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.installation import new_installation, wait_until

READERS = 2000


@pytest.mark.postgresql
def test_every_due_reader_gets_exactly_one_digest_and_running_again_sends_nothing(
    tmp_path: Path, broker_url: str
) -> None:
    worker_log, beat_log = tmp_path / "worker.log", tmp_path / "beat.log"
    celery = ["-m", "celery", "-A", "digest_project"]
    worker = [*celery, "worker", "--concurrency", "2"]
    beat = [*celery, "beat", "--schedule", str(tmp_path / "schedule")]

    with new_installation(tmp_path, CELERY_BROKER_URL=broker_url) as installation:
        installation.manage("seed", "--subscribers", str(READERS), "--due")
        with (
            installation.running(*worker, log=worker_log),
            installation.running(*beat, log=beat_log),
        ):
            # Beat's first tick comes after a minute.
            wait_until(lambda: len(installation.sink.taken) >= READERS, 600, worker_log)
            installation.manage("tick")
        installation.manage("send_digests")
        equation = json.loads(installation.manage("send_digests", "--json"))

        received = Counter(installation.sink.recipients())
        assert len(received) == READERS
        assert set(received.values()) == {1}
        assert len({message["Message-ID"] for message in installation.sink.messages()}) == READERS
        assert (equation["due"], equation["sent"], equation["unexplained"]) == (READERS, READERS, 0)
