"""Row 18: of every twenty mails that a provider accepts, one answer does not arrive.

Which one that is nobody can know. Policy `resend` sends it again, the same to the byte; `hold`
names it and sends nothing.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.faults.matrix import Drill
from tests.faults.unanswered import VARIABLES, Run
from tests.installation import new_installation
from tests.provider import provider_stub

pytestmark = [pytest.mark.once, pytest.mark.row(18)]
SHARE = 0.05
COPIES_RISKED = 3


def test_the_policy_decides(tmp_path: Path, drill: Drill) -> None:
    readers = drill.readers(short=200)
    with (
        provider_stub(seed=3, latency=0.01, drops_after=SHARE) as provider,
        new_installation(tmp_path, **VARIABLES) as installation,
    ):
        run = Run(installation, provider, tmp_path)
        for _ in range(drill.trials(short=1, long=10)):
            _who_may_have_none_gets_one_more(run, drill, readers)
            _nobody_gets_two_and_each_one_is_named(run, drill, readers)


def _who_may_have_none_gets_one_more(run: Run, drill: Drill, readers: int) -> None:
    run.by("postmark", "resend")
    run.begin(readers)
    run.finish()

    cost = run.toll()
    drill.told(trials=1, lost=cost.lost, note=f"resend: {cost.duplicated} copies more")
    in_doubt = run.ledger.ask("SELECT 1 FROM subscriptions_digest WHERE may_have_left")
    copies = Counter(recipient for recipient, _ in run.taken)
    assert (cost.lost, cost.altered, cost.unexplained) == (0, 0, 0)
    assert 0 < sum(number > 1 for number in copies.values()) == len(in_doubt)
    assert max(copies.values()) <= COPIES_RISKED


def _nobody_gets_two_and_each_one_is_named(run: Run, drill: Drill, readers: int) -> None:
    run.by("postmark", "hold")
    run.begin(readers)
    run.finish(held=True)

    cost = run.toll()
    drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
    assert (cost.lost, cost.duplicated, cost.unexplained) == (0, 0, 0)
    assert cost.unknown > 0
    assert len(run.provider.accepted) == readers
