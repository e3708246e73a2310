"""Row 4: under the policy `hold` a kill doubles nothing; what may have left waits, named.

The provider's events settle what left. What never did has no event: an operator, who does not find
it in the provider's log, has it sent again.
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.faults.crew import WORKERS, Crew, crew, kill, processes
from tests.faults.matrix import Drill
from tests.faults.website import website
from tests.installation import wait_until
from tests.subscriptions.provider_posts import postmark

pytestmark = [pytest.mark.postgresql, pytest.mark.row(4)]
SECRET = "user:a-long-password"
HOLD = {"DIGEST_UNKNOWN_POLICY": "hold", "ANYMAIL_WEBHOOK_SECRET": SECRET}
UNKNOWN = (
    "SELECT s.email, d.message_id FROM subscriptions_digest d"
    " JOIN subscriptions_subscriber s ON s.id = d.subscriber_id WHERE d.state = 'unknown'"
)


def test_under_hold_kills_double_nothing_and_events_settle_what_left(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers, unknown = drill.readers(short=60), 0
    with (
        crew(tmp_path, broker_url, readers, chance, **HOLD) as here,
        here.at_work() as group,
        website(here.installation, tmp_path / "web.log") as provider,
    ):
        for _ in range(drill.trials(short=1, long=20)):
            _kill_all(processes(group), here)

            cost = here.toll()
            unknown += cost.unknown
            drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
            assert (cost.lost, cost.unexplained, cost.duplicated) == (0, 0, 0)
            assert cost.unknown <= WORKERS

            _replay(here, provider)
            _send_what_never_left(here)
            assert set(Counter(here.installation.sink.recipients()).values()) == {1}
            assert len(here.installation.sink.taken) == readers
            assert not here.ledger.ask(UNKNOWN)
    drill.told(note=f"{unknown} unknown, all settled by events or by an operator")


def _kill_all(victims: list[int], here: Crew) -> None:
    here.begin()
    here.some_way()
    for process in victims:
        kill(process)
    here.settle(held=True)


def _replay(here: Crew, provider: httpx.Client) -> None:
    """The provider tells what it delivered, everything twice; all of that is settled."""
    delivered = set(here.installation.sink.recipients())
    for email, message_id in here.ledger.ask(UNKNOWN):
        if email in delivered:
            for _ in range(2):
                _tell(provider, email, message_id)
    here.wake()
    wait_until(
        lambda: not delivered & {email for email, _ in here.ledger.ask(UNKNOWN)}, 60, here.log
    )


def _tell(provider: httpx.Client, email: str, message_id: str) -> None:
    facts = {"Recipient": email, "DeliveredAt": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    body = postmark(
        "delivered", "Delivery", Metadata={"mail": message_id.strip("<>")}, **facts
    ).body
    user, password = SECRET.split(":")
    assert provider.post("/hooks/postmark/", json=body, auth=(user, password)).status_code == 200


def _send_what_never_left(here: Crew) -> None:
    if here.ledger.ask(UNKNOWN):
        here.installation.manage("reconcile", "--resend", "--all")
        here.settle()
