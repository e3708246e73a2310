"""The fence: it stops a copied or restored database, and never a healthy one."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from pytest_django import Settings

from subscriptions import fence
from subscriptions.models import MailboxMessage, Witness
from subscriptions.tick import tick
from subscriptions.upkeep import upkeep
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db

Rows = list[dict[str, Any]]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The data folder of this host."""
    return use(settings, tmp_path / "here")


def use(settings: Settings, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    settings.DATA_DIR = folder
    return folder


def backup() -> Rows:
    return [dict(row) for row in Witness.objects.values()]


def restore(rows: Rows) -> None:
    Witness.objects.all().delete()
    Witness.objects.bulk_create(Witness(**row) for row in rows)


def the_file(folder: Path) -> Path:
    [file] = folder.iterdir()
    return file


@pytest.fixture
def armed(now: datetime) -> Rows:
    """After its first tick."""
    fence.keep(now)
    return backup()


# --- what sends ----------------------------------------------------------------------------------


def test_before_the_first_tick_there_is_nothing_to_fence() -> None:
    assert fence.closed() == ""
    assert not fence.is_up()


def test_the_first_tick_puts_it_up_and_the_others_go_on(now: datetime) -> None:
    for minute in range(3):
        assert fence.keep(now + minute * MINUTE) == ""
        assert fence.closed() == ""

    assert fence.is_up()
    assert fence.last_seen() == now + 2 * MINUTE


def test_a_new_database_at_the_address_of_an_old_one_is_armed(armed: Rows, now: datetime) -> None:
    Witness.objects.all().delete()

    assert fence.keep(now) == fence.closed() == ""


def test_a_clock_that_goes_back_stops_nothing(armed: Rows, now: datetime) -> None:
    assert fence.keep(now - timedelta(days=10_000)) == ""
    assert fence.closed() == ""


# --- what does not -------------------------------------------------------------------------------


def test_restored_from_before_the_last_tick_it_is_closed(armed: Rows, now: datetime) -> None:
    fence.keep(now + MINUTE)
    restore(armed)

    assert fence.closed() == fence.OLDER
    assert fence.keep(now + 2 * MINUTE) == fence.OLDER
    assert fence.closed() == fence.OLDER
    assert fence.last_seen() == now


@pytest.mark.usefixtures("todays_papers", "armed")
def test_closed_no_mail_leaves_and_armed_it_does(
    now: datetime, clock: Callable[[], datetime], mailbox: QuerySet[MailboxMessage]
) -> None:
    before = backup()
    tick(clock)
    restore(before)
    SubscriberFactory.create(next_send_at=now)

    tick(clock)
    while_closed = mailbox.count()
    fence.arm(now)
    tick(clock)

    assert (while_closed, mailbox.count()) == (0, 1)


@pytest.mark.usefixtures("armed")
def test_a_copy_elsewhere_is_closed(settings: Settings, tmp_path: Path, now: datetime) -> None:
    use(settings, tmp_path / "elsewhere")

    assert fence.closed() == fence.FOREIGN
    assert fence.keep(now) == fence.FOREIGN


def test_a_stranger_does_not_stop_the_others(
    settings: Settings, folder: Path, tmp_path: Path, armed: Rows, now: datetime
) -> None:
    use(settings, tmp_path / "elsewhere")
    fence.keep(now)

    use(settings, folder)
    assert fence.keep(now) == fence.closed() == ""


@pytest.mark.usefixtures("armed")
def test_a_folder_that_came_back_from_a_backup_is_closed(
    settings: Settings, tmp_path: Path, now: datetime
) -> None:
    """Although its database and its file fit: both are old."""
    day_ago = now - timedelta(days=1)
    with time_machine.travel(day_ago, tick=False):
        fence.keep(day_ago)
    shutil.copytree(settings.DATA_DIR, tmp_path / "backup")
    use(settings, tmp_path / "backup")

    assert "was copied from elsewhere or from a backup" in fence.closed()


def test_a_damaged_file_is_closed_and_named(folder: Path, armed: Rows, now: datetime) -> None:
    file = the_file(folder)
    for content in ("", "{", "[]", "{}", '{"witness": 1, "marks": 2}', "\x00" * 100):
        file.write_text(content)

        assert fence.closed() == f"The file {file} is damaged."
        assert fence.keep(now) == fence.closed()

    assert fence.arm(now)
    assert fence.closed() == ""


# --- INSTALLATION_ID -----------------------------------------------------------------------------


def test_hosts_of_one_id_need_no_file(settings: Settings, tmp_path: Path, now: datetime) -> None:
    settings.INSTALLATION_ID = "papers"
    fence.keep(now)

    use(settings, tmp_path / "second")
    assert fence.closed() == fence.keep(now) == fence.closed() == ""


def test_another_id_is_closed_even_with_the_file(settings: Settings, now: datetime) -> None:
    settings.INSTALLATION_ID = "papers"
    fence.keep(now)

    settings.INSTALLATION_ID = "staging"
    assert "INSTALLATION_ID staging" in fence.closed()
    fence.arm(now)
    assert fence.closed() == ""
    settings.INSTALLATION_ID = "papers"
    assert "INSTALLATION_ID papers" in fence.closed()


def test_an_id_that_is_taken_away_is_not_missed_where_the_file_is(
    settings: Settings, now: datetime
) -> None:
    settings.INSTALLATION_ID = "papers"
    fence.keep(now)
    settings.INSTALLATION_ID = ""

    assert fence.keep(now) == fence.closed() == ""


def test_what_one_host_finds_out_holds_for_all_until_one_is_armed(
    settings: Settings, folder: Path, tmp_path: Path, now: datetime
) -> None:
    settings.INSTALLATION_ID = "papers"
    fence.keep(now)
    before = backup()
    fence.keep(now + MINUTE)
    restore(before)
    fence.keep(now + 2 * MINUTE)

    second = use(settings, tmp_path / "second")
    assert fence.closed() == fence.OLDER
    use(settings, folder)
    fence.arm(now + 3 * MINUTE)
    use(settings, second)
    assert fence.keep(now + 4 * MINUTE) == fence.closed() == ""


def test_arming_one_host_lets_the_files_of_the_others_begin_anew(
    settings: Settings, folder: Path, tmp_path: Path, now: datetime
) -> None:
    settings.INSTALLATION_ID = "papers"
    second = tmp_path / "second"
    for each in (folder, second):
        use(settings, each)
        fence.keep(now)
    before = backup()
    for each in (folder, second):
        use(settings, each)
        fence.keep(now + MINUTE)
    restore(before)
    fence.arm(now + 2 * MINUTE)

    use(settings, folder)
    assert fence.keep(now + 3 * MINUTE) == ""
    after = backup()
    assert fence.keep(now + 4 * MINUTE) == ""
    restore(after)
    assert fence.closed() == fence.OLDER


# --- crashes, disks, and two at once -------------------------------------------------------------


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Root may write anywhere, so the disk is full instead."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("subscriptions.fence_file.mkstemp", full)
        yield


def test_a_full_disk_stops_nothing(
    armed: Rows, now: datetime, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("unwritable")

    assert fence.keep(now + MINUTE) == fence.closed() == ""
    assert fence.last_seen() == now + MINUTE


@pytest.mark.usefixtures("unwritable")
def test_with_neither_id_nor_folder_there_is_no_fence_and_all_goes_on(now: datetime) -> None:
    assert fence.keep(now) == fence.closed() == ""
    assert not fence.is_up()
    assert not fence.arm(now)
    assert not fence.is_up()


def test_a_missing_folder_is_as_an_unwritable_one(settings: Settings, now: datetime) -> None:
    settings.DATA_DIR = Path("/no/such/folder")

    assert fence.keep(now) == fence.closed() == ""
    assert not fence.is_up()


def test_killed_between_file_and_database_it_goes_on(armed: Rows, now: datetime) -> None:
    """The file is a step ahead of the database, as if the commit had never come."""
    with transaction.atomic():
        fence._kept(now)
        transaction.set_rollback(True)

    assert backup() == armed
    assert fence.closed() == ""
    assert fence.keep(now + MINUTE) == fence.closed() == ""


def test_killed_after_the_commit_it_goes_on(armed: Rows, now: datetime) -> None:
    fence._kept(now + MINUTE)

    assert fence.closed() == ""
    fence.keep(now + 2 * MINUTE)
    restore(armed)
    assert fence.closed() == fence.OLDER


def test_nothing_but_the_one_file_is_left_behind(
    folder: Path, armed: Rows, now: datetime, request: pytest.FixtureRequest
) -> None:
    first = the_file(folder)
    fence.keep(now)
    request.getfixturevalue("unwritable")
    fence.keep(now)

    assert the_file(folder) == first


@pytest.mark.django_db(transaction=True)
def test_many_ticks_and_lookers_at_once_leave_it_open(now: datetime) -> None:
    fence.keep(now)
    told: list[str] = []

    def work(asked: Callable[[], str]) -> None:
        try:
            told.extend(asked() for _ in range(20))
        finally:
            connection.close()

    jobs: list[Callable[[], str]] = [lambda: fence.keep(now)] * 3 + [fence.closed] * 2
    threads = [Thread(target=work, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(told) == {""}
    assert len(told) == 20 * len(jobs)
    assert fence.closed() == ""


@pytest.mark.django_db(transaction=True)
def test_two_first_ticks_at_once_arm_it_once(now: datetime) -> None:
    told: list[str] = []

    def work() -> None:
        try:
            told.append(fence.keep(now))
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == [""] * 4
    assert fence.closed() == ""
    assert Witness.objects.count() == 2


# --- upkeep --------------------------------------------------------------------------------------


def test_hosts_that_are_gone_are_forgotten_and_the_one_that_ticks_stays(
    settings: Settings, folder: Path, tmp_path: Path, now: datetime
) -> None:
    settings.INSTALLATION_ID = "papers"
    use(settings, tmp_path / "gone")
    fence.keep(now - timedelta(days=31))
    use(settings, folder)
    fence.keep(now.replace(hour=3))

    upkeep(now.replace(hour=3))

    assert Witness.objects.count() == 3
    assert fence.keep(now) == fence.closed() == ""


@pytest.mark.usefixtures("todays_papers")
def test_a_tick_by_hand_and_send_digests_put_it_up() -> None:
    call_command("send_digests", "--json")

    assert fence.is_up()
