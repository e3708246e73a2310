"""Row 19: from some mail on our login is refused, as SMTP (535) or HTTP (401) says it.

The breaker stops all workers before 25 calls were wasted, and no digest loses an attempt. Once the
login is right again, everybody gets their mail: when a probe got through, or a person says so.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.faults.counting import toll
from tests.faults.crew import PATIENT, Crew, crew
from tests.faults.matrix import Drill
from tests.installation import wait_until
from tests.provider import provider_stub
from tests.provider.behaviour import Behaviour

pytestmark = [pytest.mark.postgresql, pytest.mark.row(19)]

MOST_CALLS = 25
BY_HAND = "from subscriptions import breaker; breaker.close_by_hand()"
IN_HAND = "SELECT 1 FROM subscriptions_digest WHERE state IN ('claimed', 'sending')"
WASTED = "SELECT 1 FROM subscriptions_digest WHERE state <> 'sent' AND attempts > 0"
PROBES = "SELECT probes FROM subscriptions_breaker"
PROBE_IS_DUE = "UPDATE subscriptions_breaker SET probe_at = now()"
MINUTES_PASS = "UPDATE subscriptions_digest SET next_attempt_at = now() WHERE state = 'deferred'"


@dataclass(frozen=True, slots=True)
class Door:
    """The provider: who locks us out, how many calls that has cost, and what it took."""

    lock: Callable[[], None]
    unlock: Callable[[], None]
    refused: Callable[[], int]
    taken: Callable[[], Sequence[tuple[str, bytes]]]


@contextmanager
def smtp(
    folder: Path, broker_url: str, readers: int, chance: Random
) -> Iterator[tuple[Crew, Door]]:
    """Each mail logs in anew."""
    login = {"EMAIL_HOST_USER": "papers", "EMAIL_HOST_PASSWORD": "right"}
    with crew(folder, broker_url, readers, chance, **PATIENT, **login) as here:
        sink = here.installation.sink
        sink.password, sink.hangs_up_after_each = "right", True
        sink.behaviour = Behaviour(latency=0.1)
        refused = "SELECT 1 FROM subscriptions_digest WHERE reason LIKE '%535'"
        yield (
            here,
            Door(
                lock=lambda: setattr(sink, "password", "changed"),
                unlock=lambda: setattr(sink, "password", "right"),
                refused=lambda: len(here.ledger.ask(refused)),
                taken=lambda: sink.taken,
            ),
        )


@contextmanager
def http(
    folder: Path, broker_url: str, readers: int, chance: Random
) -> Iterator[tuple[Crew, Door]]:
    """Each worker keeps four connections busy."""
    with provider_stub(latency=0.2) as provider:
        variables = {**PATIENT, "EMAIL_CONNECTIONS": "4", **provider.variables("postmark")}
        with crew(folder, broker_url, readers, chance, **variables) as here:
            yield (
                here,
                Door(
                    lock=lambda: provider.behave(unauthorized=1),
                    unlock=provider.behave,
                    refused=lambda: len(provider.calls) - provider.count,
                    taken=lambda: [
                        (mail.recipient, mail.body.encode()) for mail in provider.accepted
                    ],
                ),
            )


def a_probe_in_vain(here: Crew) -> None:
    here.ledger.change(PROBE_IS_DUE)
    here.work_until(lambda: here.ledger.ask(PROBES) == [(1,)])


@pytest.mark.parametrize("provider", [smtp, http])
@pytest.mark.parametrize("closed_by", ["a probe", "hand"])
def test_few_calls_are_wasted_no_attempt_is_and_nobody_is_lost(
    tmp_path: Path, broker_url: str, drill: Drill, chance: Random, provider: Any, closed_by: str
) -> None:
    readers = drill.readers(short=60)
    with provider(tmp_path, broker_url, readers, chance) as (here, door), here.at_work():
        here.begin()
        here.work_until(lambda: len(door.taken()) > readers // 6)
        door.lock()
        here.work_until(lambda: bool(here.ledger.ask(PROBES)))
        wait_until(lambda: not here.ledger.ask(IN_HAND), 60, here.log)
        stopped, refused = len(door.taken()), door.refused()
        a_probe_in_vain(here)
        wasted = len(here.ledger.ask(WASTED))

        door.unlock()
        if closed_by == "hand":
            here.installation.manage("shell", "--command", BY_HAND)
        else:
            here.ledger.change(PROBE_IS_DUE)
        here.ledger.change(MINUTES_PASS)
        here.settle()

        cost = toll(door.taken(), here.ledger)
        drill.told(
            trials=1,
            lost=cost.lost,
            duplicated=cost.duplicated,
            note=f"{provider.__name__}, closed by {closed_by}: {refused} calls refused, "
            f"{wasted} attempts wasted",
        )
        assert stopped < readers
        assert 0 < refused <= MOST_CALLS
        assert wasted == 0
        assert (cost.readers, cost.lost, cost.duplicated) == (readers, 0, 0)
        assert not here.ledger.ask(PROBES)
