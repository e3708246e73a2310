"""An installation whose workers are killed, trial after trial, and what each trial cost."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import uuid4

from celery import Celery
from redis import Redis

from tests.faults.counting import Toll, toll
from tests.faults.ledger import Ledger
from tests.faults.matrix import LONG
from tests.installation import Installation, new_installation, wait_until

WORKERS = 4
LEASE = 10
RECOVERED = LEASE + 60  # seconds from a kill until what it left was taken up again
RESUMED = 90  # seconds from a broker's return until mail flows
SLOWEST = 20  # mails a second that even a busy machine sends
PATIENCE = 300  # seconds for what is promised no time
# A trial lasts seconds, and a busy machine still keeps its leases.
SHORT_LEASE = {
    "DIGEST_LEASE_SECONDS": str(LEASE),
    "EMAIL_TIMEOUT": "5",
    "DIGEST_CHUNK_SIZE": "20",
}
# Where nobody is killed: a busy machine is not to look like a provider that is away.
PATIENT = {"EMAIL_TIMEOUT": "20", "DIGEST_LEASE_SECONDS": "60"}


@dataclass(slots=True)
class Crew:
    """`wake` does what beat does once a minute; it is called more often, to save time."""

    installation: Installation
    folder: Path
    readers: int
    chance: Random
    log: Path = field(init=False)
    ledger: Ledger = field(init=False)
    broker: Redis = field(init=False)
    celery: Celery = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "workers.log"
        self.log.touch()
        environment = self.installation.environment
        self.ledger = Ledger(environment["DATABASE_URL"])
        self.broker = Redis.from_url(environment["CELERY_BROKER_URL"])
        self.celery = Celery(broker=environment["CELERY_BROKER_URL"])

    @contextmanager
    def at_work(self, concurrency: int = WORKERS) -> Iterator[subprocess.Popen[bytes]]:
        """A group of worker processes that takes tasks."""
        command = ["-m", "celery", "-A", "digest_project", "worker"]
        command += ["--hostname", f"{uuid4().hex}@localhost", "--concurrency", str(concurrency)]
        log = self.log = self.folder / f"workers-{uuid4().hex[:8]}.log"
        with self.installation.running(*command, log=log) as group:
            wait_until(lambda: " ready." in log.read_text(), PATIENCE, log)
            yield group

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Beat itself, which ticks once a minute."""
        schedule = str(self.folder / "beat")
        beat = ["-m", "celery", "-A", "digest_project", "beat", "--schedule", schedule]
        with self.installation.running(*beat, log=self.folder / "beat.log"):
            yield

    def wake(self) -> None:
        self.send("tick")

    def send(self, task: str, task_id: str | None = None) -> None:
        self.celery.send_task(f"subscriptions.tasks.{task}", task_id=task_id, expires=55)

    def begin(self) -> None:
        """Everybody is due, and nobody has a mail."""
        self.installation.sink.taken.clear()
        self.ledger.open_again()

    def some_way(self) -> None:
        """The workers at work until a random moment of the run."""
        self.until_left(self.chance.randrange(self.readers))
        time.sleep(self.chance.uniform(0, 0.02))  # anywhere between two mails

    def until_left(self, mails: int) -> None:
        self.work_until(lambda: len(self.installation.sink.taken) >= mails)

    def settle_unaided(self) -> None:
        """By beat in the long form; in the short one we tick, which saves a minute."""
        if LONG:
            wait_until(self.ledger.settled, RESUMED + self.readers / SLOWEST, self.log)
        else:
            self.settle()

    def in_time(self, seconds: float) -> bool:
        """Whether so long after a kill is soon enough. The short form is not timed."""
        return not LONG or seconds <= RECOVERED + self.readers / SLOWEST

    def settle(self, *, held: bool = False) -> float:
        """Until every digest came to an end; how many seconds that took."""
        began = time.monotonic()
        self.work_until(lambda: self.ledger.settled(held=held))
        return time.monotonic() - began

    def work_until(self, condition: Callable[[], bool]) -> None:
        """The workers are woken again and again."""
        woken = 0.0

        def come_true() -> bool:
            nonlocal woken
            if condition():
                return True
            if time.monotonic() > woken + 1 and not self.broker.llen("celery"):
                self.wake()
                woken = time.monotonic()
            return False

        wait_until(come_true, PATIENCE + self.readers / SLOWEST, self.log)

    def toll(self) -> Toll:
        return toll(self.installation.sink.taken, self.ledger)


def processes(group: subprocess.Popen[bytes]) -> list[int]:
    """Those of a group that do its work."""
    told = subprocess.run(["pgrep", "-P", str(group.pid)], capture_output=True, check=True)  # noqa: S607  # our own
    return [int(number) for number in told.stdout.split()]


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


@contextmanager
def crew(
    folder: Path, broker_url: str, readers: int, chance: Random, **variables: str
) -> Iterator[Crew]:
    """An installation with readers, on the servers of the tests; no worker runs yet."""
    variables = {**SHORT_LEASE, "CELERY_BROKER_URL": broker_url, **variables}
    with new_installation(folder, **variables) as installation:
        installation.manage("seed", "--subscribers", str(readers), "--due")
        here = Crew(installation, folder, readers, chance)
        try:
            yield here
        finally:
            here.broker.close()
            here.celery.close()
