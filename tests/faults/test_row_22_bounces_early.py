"""Row 22: one address in ten does not exist, as the beginning of an edition shows.

The brake holds it by the 250th mail, for all workers; after "continue" everybody gets their mail.
"""

from pathlib import Path
from random import Random

import pytest

from tests.faults.counting import toll
from tests.faults.crew import PATIENT, crew
from tests.faults.matrix import Drill
from tests.installation import wait_until

pytestmark = [pytest.mark.postgresql, pytest.mark.row(22)]

BY_THEN = 250
ONE_IN_TEN = "SELECT email FROM subscriptions_subscriber WHERE state = 'active' AND id % 10 = 0"
HELD = "SELECT held_by FROM papers_edition WHERE held"
IN_HAND = "SELECT 1 FROM subscriptions_digest WHERE state IN ('claimed', 'sending')"
TRIED = "SELECT 1 FROM subscriptions_digest WHERE state IN ('sent', 'refused')"
REFUSED = "SELECT 1 FROM subscriptions_digest WHERE state = 'refused'"
CONTINUE = "UPDATE papers_edition SET held = false, held_by = '', hold_reason = ''"


def test_an_edition_that_bounces_holds_itself_early_and_loses_nobody(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random
) -> None:
    readers = drill.readers(short=300)
    with crew(tmp_path, broker_url, readers, chance, **PATIENT) as here, here.at_work():
        gone = [email for (email,) in here.ledger.ask(ONE_IN_TEN)]
        here.installation.sink.replies |= dict.fromkeys(gone, "550 5.1.1 no such user")
        here.begin()
        here.work_until(lambda: here.ledger.ask(HELD) == [("the brake",)])
        wait_until(lambda: not here.ledger.ask(IN_HAND), 60, here.log)
        tried = len(here.ledger.ask(TRIED))

        here.ledger.change(CONTINUE)
        here.settle()

        cost = toll(here.installation.sink.taken, here.ledger)
        note = f"held after {tried} of {readers} mails"
        drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated, note=note)
        assert tried <= BY_THEN
        assert (cost.readers, cost.lost, cost.duplicated) == (readers, 0, 0)
        assert len(here.ledger.ask(REFUSED)) == len(gone)
