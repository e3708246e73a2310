"""manage.py arm_sending: what becomes of the mails of a database that was restored."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.test import Client
from pytest_django import Settings

from papers.models import Correction
from subscriptions import fence
from subscriptions.models import Digest, MailboxMessage, Notice, Subscriber, Witness
from subscriptions.models.states import State
from subscriptions.replaying import replay
from subscriptions.tick import tick
from tests.admin_site import sign_in
from tests.factories import DigestFactory, EditionFactory, NoticeFactory, SubscriberFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("todays_papers", "mailbox", "at_nine"),
]
Mailbox = QuerySet[MailboxMessage]
Clock = Callable[[], datetime]
HOUR = timedelta(hours=1)
WAITING = [State.PENDING, State.READY, State.CLAIMED, State.SENDING, State.DEFERRED, State.UNKNOWN]


@pytest.fixture
def restored(now: datetime, settings: Settings, tmp_path: Path) -> None:
    """The database as it was an hour ago, on a machine that went on."""
    settings.DATA_DIR = tmp_path
    fence.keep(now - HOUR)
    before = list(Witness.objects.all())
    fence.keep(now)
    for row in before:
        row.save()


def said(*arguments: str) -> str:
    printed = StringIO()
    call_command("arm_sending", *arguments, stdout=printed)
    return printed.getvalue()


def facts(*arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(said("--json", *arguments))
    return told


@pytest.mark.usefixtures("restored")
def test_with_nothing_that_waits_it_needs_no_choice(clock: Clock) -> None:
    told = said()

    assert f"stopped because: {fence.OLDER}" in told
    assert told.endswith("Armed: mail leaves from here again.\n")
    tick(clock)
    assert fence.closed() == ""


@pytest.mark.usefixtures("restored")
def test_twice_it_changes_nothing_and_says_so() -> None:
    said()
    before = list(Witness.objects.values())

    assert said() == said("--forget") == "Nothing was changed. Mail may leave from here.\n"
    assert list(Witness.objects.values()) == before
    again = facts("--resume")
    assert (again["armed"], again["changed"], again["stopped_because"]) == (True, False, None)


def test_where_nothing_is_closed_nothing_that_waits_is_forgotten() -> None:
    digest = DigestFactory.create(state="ready")

    said("--forget")

    assert Digest.objects.get() == digest
    assert Digest.objects.get().state == "ready"


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("what", ["reader", "digest", "notice"])
def test_when_something_waits_it_needs_a_choice_and_says_which(
    what: str, now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    match what:
        case "reader":
            SubscriberFactory.create(next_send_at=now)
        case "digest":
            DigestFactory.create(state="ready", not_after=now + HOUR)
        case "notice":
            NoticeFactory.create(state="ready", not_after=now + HOUR)

    with pytest.raises(CommandError, match="--forget, where a backup was restored"):
        said()

    tick(clock)
    assert fence.closed() == fence.OLDER
    assert not mailbox.exists()


@pytest.mark.usefixtures("restored")
def test_resumed_what_is_fresh_goes_out_once(now: datetime, clock: Clock, mailbox: Mailbox) -> None:
    SubscriberFactory.create(next_send_at=now - 2 * timedelta(days=1), send_hour=9)

    said("--resume")
    tick(clock)
    tick(clock)

    assert mailbox.count() == 1
    assert list(Digest.objects.order_by("local_date").values_list("state", "reason")) == [
        ("skipped", "expired"),
        ("skipped", "expired"),
        ("sent", ""),
    ]


@pytest.mark.usefixtures("restored")
def test_forgotten_all_that_waits_or_is_due_is_skipped_and_the_next_one_comes(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    due = SubscriberFactory.create(next_send_at=now, send_hour=9)
    paused = SubscriberFactory.create(state="paused", paused_until=now - HOUR, send_hour=8)
    for state in WAITING:
        DigestFactory.create(state=state, subscriber__next_send_at=now + 9 * HOUR)
        NoticeFactory.create(state=state)

    told = facts("--forget")
    tick(clock)

    assert not mailbox.exists()
    assert (told["digests_skipped"], told["notices_skipped"]) == (len(WAITING) + 2, len(WAITING))
    for mails in (Digest.objects, Notice.objects):
        assert set(mails.values_list("state", "reason")) == {("skipped", "restored")}
    tomorrow = now + timedelta(days=1)
    for reader in (due, paused):
        reader.refresh_from_db()
        assert reader.state == Subscriber.State.ACTIVE
        assert now < (reader.next_send_at or now) <= tomorrow
    tick(lambda: tomorrow)
    assert mailbox.filter(recipient__in=[due.email, paused.email]).count() == 2


@pytest.mark.usefixtures("restored")
def test_forgotten_its_papers_may_come_later_but_it_is_never_tried_again(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    SubscriberFactory.create(next_send_at=now)
    tick(clock)
    assert Digest.objects.get().items.exists()

    said("--forget")

    assert not Digest.objects.get().items.exists()
    assert replay(Digest.objects.all(), now) == []
    tick(clock)
    assert not mailbox.exists()


@pytest.mark.usefixtures("restored")
def test_forgotten_what_a_tick_would_only_now_find_is_not_sent_either(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    """A reminder of a day ago, and a correction."""
    day_ago = now - timedelta(days=1)
    NoticeFactory.create(state="sent", asked_at=day_ago - HOUR, sent_at=day_ago)
    Subscriber.objects.update(created_at=day_ago - HOUR)
    edition = EditionFactory.create(date=now.date())
    DigestFactory.create(state="sent", edition=edition, corrections_shown=0)
    Correction.objects.create(edition=edition, number=1, text="A name.", made_at=now - HOUR)

    skipped = facts("--forget")["notices_skipped"]
    tick(clock)

    assert skipped == 2
    assert not mailbox.exists()


@pytest.mark.usefixtures("restored")
def test_a_dry_run_tells_the_same_and_changes_nothing(now: datetime) -> None:
    SubscriberFactory.create(next_send_at=now)
    with pytest.raises(CommandError):
        said("--dry-run")

    assert said("--dry-run", "--forget").startswith(f"Nothing leaves from here. {fence.OLDER}\n")
    told = facts("--dry-run", "--forget")
    assert (told["armed"], told["changed"], told["digests_skipped"]) == (True, False, 1)
    assert told["last_tick_in_this_database"] == (now - HOUR).isoformat()
    assert not Digest.objects.exists()
    assert fence.closed() == fence.OLDER
    assert not LogEntry.objects.filter(additional_data__by="manage.py arm_sending").exists()


@pytest.mark.usefixtures("restored")
def test_it_is_written_into_the_audit_log() -> None:
    said()

    entry = LogEntry.objects.get(additional_data__by="manage.py arm_sending")
    assert entry.additional_data["told"].startswith(
        "Armed sending, 0 digests and 0 notices skipped"
    )


@pytest.mark.usefixtures("restored")
def test_where_nothing_can_remember_it_says_what_to_do_and_changes_nothing(
    settings: Settings, now: datetime
) -> None:
    settings.DATA_DIR = Path("/no/such/folder")
    SubscriberFactory.create(next_send_at=now)

    with pytest.raises(CommandError, match="or set INSTALLATION_ID; then say it again"):
        said("--forget")

    assert not Digest.objects.exists()
    settings.INSTALLATION_ID = "papers"
    said("--forget")
    assert fence.closed() == ""


# --- where it is told ----------------------------------------------------------------------------


@pytest.mark.usefixtures("restored")
def test_send_digests_sends_nothing_and_says_what_to_do(now: datetime, mailbox: Mailbox) -> None:
    SubscriberFactory.create(next_send_at=now)

    with pytest.raises(CommandError) as refusal:
        call_command("send_digests")

    assert str(refusal.value) == f"Nothing is sent. {fence.OLDER} {fence.TODO}"
    assert not Digest.objects.exists()
    assert not mailbox.exists()


@pytest.mark.usefixtures("restored")
def test_the_first_page_status_and_digest_status_say_so(
    client: Client, clock: Clock, settings: Settings
) -> None:
    tick(clock)
    printed = StringIO()
    with pytest.raises(SystemExit):
        call_command("digest_status", stdout=printed)

    assert f"nothing is sent: {fence.OLDER}" in printed.getvalue()
    assert client.get("/status").status_code == 503
    sign_in(client, Permission.objects.all())
    first_page = client.get("/admin/").content.decode()
    assert fence.OLDER in first_page
    assert "manage.py arm_sending" in first_page


@pytest.mark.usefixtures("restored")
def test_prometheus_is_told(settings: Settings, client: Client) -> None:
    settings.METRICS_TOKEN = "of-prometheus-and-nobody-else"
    bearer = {"authorization": f"Bearer {settings.METRICS_TOKEN}"}

    closed = client.get("/metrics", headers=bearer).content.decode()
    said()
    armed = client.get("/metrics", headers=bearer).content.decode()

    assert "morning_papers_sending_fenced 1.0" in closed
    assert "morning_papers_sending_fenced 0.0" in armed
