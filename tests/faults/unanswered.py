"""Runs whose mails were accepted, some without an answer that says so, and what each run cost."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.faults.counting import Toll, toll
from tests.faults.ledger import Ledger
from tests.installation import Installation, kill_group, wait_until
from tests.provider import Provider

SEND = ["manage.py", "send_digests"]
CONNECTIONS = 8
LEASE = 5
VARIABLES = {
    "DIGEST_LEASE_SECONDS": str(LEASE),
    "EMAIL_TIMEOUT": "2",
    "DIGEST_CHUNK_SIZE": "40",
    "EMAIL_CONNECTIONS": str(CONNECTIONS),
}
# Retries are minutes apart. Here their time has come at once.
FORWARD = """
UPDATE subscriptions_digest SET next_attempt_at = sending_at
WHERE state IN ('deferred', 'unknown') AND next_attempt_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Run:
    installation: Installation
    provider: Provider
    folder: Path

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.installation.environment["DATABASE_URL"])

    def by(self, name: str, policy: str) -> None:
        """From here on mails go to the stub as `name`, and the policy for the unknown is this."""
        variables = {"DIGEST_UNKNOWN_POLICY": policy, **self.provider.variables(name)}
        self.installation.environment.update(variables)

    def begin(self, readers: int) -> None:
        if not self.ledger.ask("SELECT 1 FROM subscriptions_subscriber LIMIT 1"):
            self.installation.manage("seed", "--subscribers", str(readers), "--due")
        self.provider.forget()
        self.ledger.open_again()

    def kill_some(self, processes: int, chance: Random, readers: int) -> None:
        """So many at once send a part of it, and end without a word."""
        moment = chance.randrange(1, readers)
        log = self.folder / "killed.log"
        with ExitStack() as stack:
            victims = [
                stack.enter_context(self.installation.running(*SEND, log=log))
                for _ in range(processes)
            ]
            ended = self.ledger.settled
            wait_until(lambda: self.provider.count >= moment or ended(held=True), 120, log)
            for victim in victims:
                kill_group(victim)

    def finish(self, *, held: bool = False) -> None:
        """Again and again, as a tick does, until all came to an end; `held`: or stays unknown."""

        def done() -> bool:
            self.installation.manage("send_digests")
            self.ledger.change(FORWARD)
            return self.ledger.settled(held=held)

        wait_until(done, 240)

    def toll(self) -> Toll:
        return toll(self.taken, self.ledger)

    @property
    def taken(self) -> Sequence[tuple[str, bytes]]:
        return [(mail.recipient, mail.body.encode()) for mail in self.provider.accepted]
