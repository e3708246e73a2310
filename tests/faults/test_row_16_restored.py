"""A database that was restored, or copied: no mail until armed, then today's only."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults import databases
from tests.faults.matrix import Drill
from tests.installation import Installation, new_installation

pytestmark = pytest.mark.row(16)
READERS = 5
ENDS = "SELECT reason, count(*) FROM subscriptions_digest WHERE state = 'skipped' GROUP BY reason"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """After its first digests. Each test begins some days later."""
    with new_installation(tmp_path_factory.mktemp("here")) as installation:
        installation.manage("seed", "--subscribers", str(READERS), "--due")
        databases.everybody_is_due(url(installation), this_hour())
        installation.manage("tick")
        assert mails(installation) == READERS
        yield installation


@pytest.fixture
def other_url(installation: Installation) -> Iterator[str]:
    """Where there is room for a copy."""
    copy = f"{url(installation)}_copy"
    yield copy
    databases.drop(copy)


def url(installation: Installation) -> str:
    return installation.environment["DATABASE_URL"]


def mails(installation: Installation) -> int:
    return len(installation.sink.taken)


def skipped(installation: Installation) -> Counter[str]:
    return Counter(dict(databases.rows(url(installation), ENDS)))


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def elsewhere(installation: Installation, **variables: str) -> Installation:
    return replace(installation, environment={**installation.environment, **variables})


def later(installation: Installation, days: int) -> None:
    """So many days after its last digests; those of today are due, and of the days between."""
    databases.days_pass(url(installation), days)
    databases.everybody_is_due(url(installation), this_hour() - timedelta(days=days - 1))


def restored(installation: Installation, backup: str, *, days: int) -> int:
    """From a backup of so many days ago, since when digests have left; how many mails in all."""
    before = mails(installation)
    later(installation, days)
    databases.copy(url(installation), backup)
    installation.manage("tick")
    assert mails(installation) == before + READERS
    databases.copy(backup, url(installation))
    return mails(installation)


def test_restored_it_sends_nothing_until_armed_then_todays_only(
    installation: Installation, other_url: str, drill: Drill
) -> None:
    for days in range(3, 3 + drill.trials(short=1, long=4)):
        before_it = skipped(installation)
        sent = restored(installation, other_url, days=days)

        installation.manage("tick")
        until_armed = mails(installation) - sent
        installation.manage("arm_sending", "--resume")
        installation.manage("tick")

        then = Counter(installation.sink.recipients()[sent + until_armed :])
        drill.told(
            trials=1,
            lost=READERS - len(then),
            duplicated=until_armed + then.total() - len(then),
            note=f"restored from {days} days ago: {until_armed} mails until armed, then today's",
        )
        assert until_armed == 0
        assert len(then) == then.total() == READERS
        assert skipped(installation) - before_it == {"expired": READERS * (days - 1)}


def test_what_may_have_left_after_the_backup_can_be_forgotten(
    installation: Installation, other_url: str, drill: Drill
) -> None:
    before_it = skipped(installation)
    sent = restored(installation, other_url, days=1)

    installation.manage("arm_sending", "--forget")
    installation.manage("tick")

    again = mails(installation) - sent
    drill.told(trials=1, duplicated=again, note=f"restored, and forgotten: {again} mails twice")
    assert again == 0
    assert skipped(installation) - before_it == {"restored": READERS}


def test_a_copy_sends_nothing_and_the_original_goes_on(
    installation: Installation, other_url: str, drill: Drill
) -> None:
    sent = mails(installation)
    later(installation, days=1)
    databases.copy(url(installation), other_url)

    elsewhere(installation, DATABASE_URL=other_url).manage("tick")
    elsewhere(installation, INSTALLATION_ID="staging").manage("tick")
    of_the_copies = mails(installation) - sent
    installation.manage("tick")

    received = Counter(installation.sink.recipients()[sent:])
    drill.told(trials=2, lost=READERS - len(received), duplicated=of_the_copies)
    assert of_the_copies == 0
    assert len(received) == received.total() == READERS
