"""Row 5: a provider that knows our keys delivers exactly once, whoever is killed or unheard."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.matrix import Drill
from tests.faults.unanswered import VARIABLES, Run
from tests.installation import new_installation
from tests.provider import provider_stub

pytestmark = [pytest.mark.once, pytest.mark.row(5)]
PROCESSES = 2


def test_each_gets_exactly_one(tmp_path: Path, drill: Drill, chance: Random) -> None:
    readers, kills = drill.readers(short=120), 0
    with (
        provider_stub(latency=0.02, drops_after=0.07, gateway=0.03) as provider,
        new_installation(tmp_path, **VARIABLES) as installation,
    ):
        run = Run(installation, provider, tmp_path)
        for trial in range(drill.trials(short=2, long=20)):
            run.by(*[("resend", "hold"), ("brevo", "resend")][trial % 2])
            run.begin(readers)
            run.kill_some(PROCESSES, chance, readers)
            run.finish()

            kills += PROCESSES
            cost = run.toll()
            drill.told(trials=1, lost=cost.lost, duplicated=cost.duplicated)
            assert cost.readers == readers
            assert (cost.lost, cost.duplicated, cost.unknown, cost.unexplained) == (0, 0, 0, 0)
            assert len(provider.accepted) == readers
            assert len(provider.calls) > readers  # some were asked for again
    drill.told(note=f"{readers} readers, {kills} processes killed; Resend and Brevo in turn")
