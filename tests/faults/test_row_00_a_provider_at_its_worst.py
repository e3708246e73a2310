"""Four workers, and a provider that fails one call in twelve: every digest is accounted for.

Of its calls 5 % are throttled, 2 % are never answered before the mail was accepted and 1 % after;
1 % of the addresses are refused.
"""

import json
from datetime import date
from pathlib import Path
from random import Random

import pytest

from tests.faults.counting import toll
from tests.faults.crew import Crew, crew
from tests.faults.matrix import LONG, Drill
from tests.installation import wait_until
from tests.provider import Provider, provider_stub

pytestmark = [pytest.mark.postgresql, pytest.mark.row(0)]
BAD_DAY = {"throttled": 0.05, "hangs_before": 0.02, "hangs_after": 0.01, "refused": 0.01}
HOURS = 4
# The short form waits neither for second attempts nor for a pace to recover: it moves both.
FORWARD = """
DELETE FROM subscriptions_bucket;
UPDATE subscriptions_digest SET next_attempt_at = sending_at WHERE state IN ('deferred', 'unknown')
"""


def test_the_equation_closes_with_nobody_unexplained(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers = drill.readers(short=200, long=20_000)
    seed = chance.randrange(1_000)
    with (
        provider_stub(seed=seed, **BAD_DAY) as provider,
        crew(tmp_path, broker_url, readers, chance, **_by(provider)) as here,
        here.at_work(),
        here.ticking(),
    ):
        _until_settled(here)

        taken = [(mail.recipient, mail.body) for mail in provider.accepted]
        cost = toll(taken, here.ledger)
        drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
        equation = _equation(here)
        drill.told(note=", ".join(f"{count} {term}" for term, count in equation.items() if count))
        assert equation["due"] == cost.readers == readers
        assert equation["unexplained"] == equation["deferred"] == equation["in_progress"] == 0
        assert (cost.lost, cost.unexplained, cost.altered) == (0, 0, 0)


def _by(provider: Provider) -> dict[str, str]:
    """One that takes no key, so that a lost answer may cost a second copy."""
    many = {"EMAIL_CONNECTIONS": "16", "DIGEST_CHUNK_SIZE": "200"}
    return many | provider.variables("postmark")


def _until_settled(here: Crew) -> None:
    if LONG:
        wait_until(here.ledger.settled, HOURS * 3600, here.log)
        return

    def settled() -> bool:
        here.ledger.change(FORWARD)
        return here.ledger.settled()

    here.work_until(settled)


def _equation(here: Crew) -> dict[str, int]:
    [[edition]] = here.ledger.ask(
        "SELECT DISTINCT e.date FROM papers_edition e"
        " JOIN subscriptions_digest d ON d.edition_id = e.id"
    )
    day = edition.isoformat() if isinstance(edition, date) else str(edition)
    # 1: some were tried three times, and nobody can know whether they came
    told = here.installation.manage("digest_status", "--json", "--date", day, ended=(0, 1))
    return {term: value for term, value in json.loads(told).items() if isinstance(value, int)}
