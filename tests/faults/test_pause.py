"""A pause, or a hold, stops four workers within a second; afterwards nothing is lost or doubled.

No digest begins to leave in between: of every row, `sending_at` lies at most a second after the
commit of the pause, or after its end.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis

from tests.installation import Installation, new_installation, wait_until
from tests.provider.behaviour import Behaviour

pytestmark = pytest.mark.postgresql
READERS = 600
WORKER = ["-m", "celery", "-A", "digest_project", "worker", "--concurrency", "4"]
WITHIN = timedelta(seconds=1)
SENT = "SELECT count(*) FROM subscriptions_digest WHERE state = 'sent'"
IN_HAND = "SELECT count(*) FROM subscriptions_digest WHERE state IN ('claimed', 'sending')"


@dataclass(frozen=True, slots=True)
class Running:
    """Four workers in the middle of their work, and a look into their database."""

    installation: Installation
    database: psycopg.Connection[Any]
    broker: Redis
    log: Path

    def ask(self, question: str, *values: object) -> Any:
        """The first value, None when there is no row."""
        row = self.database.execute(question.encode(), values).fetchone()
        return row and row[0]

    def taken(self) -> int:
        return len(self.installation.sink.taken)

    def tick(self) -> None:
        self.installation.manage("tick")

    def tick_to_the_end(self) -> None:
        """Wake the workers again and again until everybody has a mail."""

        def everybody() -> bool:
            if self.ask(IN_HAND) == 0:
                self.tick()
            return bool(self.ask(SENT) == READERS)

        wait_until(everybody, 300, self.log)


@contextmanager
def running(folder: Path, broker_url: str) -> Iterator[Running]:
    variables = {"CELERY_BROKER_URL": broker_url, "DIGEST_CHUNK_SIZE": "50"}
    log = folder / "worker.log"
    with new_installation(folder, **variables) as installation:
        installation.manage("seed", "--subscribers", str(READERS), "--due")
        url = installation.environment["DATABASE_URL"]
        with (
            psycopg.connect(url, autocommit=True) as database,
            Redis.from_url(broker_url) as broker,
            installation.running(*WORKER, log=log),
        ):
            # short mails, one every 0.1 s and worker: not all are gone before a command has started
            installation.sink.behaviour = Behaviour(latency=0.1)
            database.execute("UPDATE subscriptions_subscriber SET mail_format = 'text'")
            installation.manage("tick")
            wait_until(lambda: len(installation.sink.taken) >= 100, 120, log)
            yield Running(installation, database, broker, log)


def stopped(here: Running) -> None:
    """What was in flight has ended, all else was given back, and a wake-up moves nothing."""
    wait_until(lambda: here.ask(IN_HAND) == 0, 60, here.log)
    sent = here.taken()
    assert sent < READERS

    here.tick()
    wait_until(lambda: here.broker.llen("celery") == 0, 60, here.log)

    assert here.taken() == sent
    assert here.ask(SENT) == sent


def begun_between(here: Running, since: datetime, until: datetime) -> int:
    """How many digests began to leave later than the stop allows, and before its end."""
    found: int = here.ask(
        "SELECT count(*) FROM subscriptions_digest WHERE sending_at > %s AND sending_at < %s",
        since + WITHIN,
        until,
    )
    return found


def everybody_got_one(here: Running) -> bool:
    received = Counter(here.installation.sink.recipients())
    return len(received) == received.total() == READERS


def test_a_pause_stops_all_workers_within_a_second_and_loses_nobody(
    tmp_path: Path, broker_url: str
) -> None:
    with running(tmp_path, broker_url) as here:
        pause = ["manage.py", "pause_sending", "--reason", "wrong links"]
        with here.installation.running(*pause, log=tmp_path / "pause.log") as command:
            wait_until(lambda: here.ask("SELECT 1 FROM subscriptions_sending"), 60, here.log)
            committed = here.ask("SELECT clock_timestamp()")
            assert command.wait(60) == 0

        stopped(here)

        resumed = here.ask("SELECT clock_timestamp()")
        here.installation.manage("pause_sending", "--resume")
        here.tick_to_the_end()
        assert begun_between(here, committed, resumed) == 0
        assert everybody_got_one(here)


def test_a_hold_stops_all_workers_within_a_second_and_loses_nobody(
    tmp_path: Path, broker_url: str
) -> None:
    with running(tmp_path, broker_url) as here:
        here.database.execute("UPDATE papers_edition SET held = true, hold_reason = 'wrong'")
        committed = here.ask("SELECT clock_timestamp()")

        stopped(here)

        released = here.ask("SELECT clock_timestamp()")
        here.database.execute("UPDATE papers_edition SET held = false, hold_reason = ''")
        here.tick_to_the_end()
        assert begun_between(here, committed, released) == 0
        assert everybody_got_one(here)
