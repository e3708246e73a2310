"""manage.py send_digests: what an operator starts by hand, or a cron job every few minutes."""

import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from subscriptions import switch
from subscriptions.digests import pipeline
from subscriptions.models import Digest, MailboxMessage
from subscriptions.timing import Clock
from tests.factories import DigestFactory, EditionFactory, SubscriberFactory
from tests.smtp import Sink

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("todays_papers", "mailbox", "at_nine"),
]

Mailbox = QuerySet[MailboxMessage]
HOUR = timedelta(hours=1)
ALL_SENT = (
    "{0} due = {0} sent + 0 skipped + 0 refused + 0 failed + 0 deferred + 0 unknown + "
    "0 in progress; 0 unexplained\n"
)


def send_digests(*arguments: str) -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("send_digests", *arguments, stdout=printed)
    return printed.getvalue()


def row_counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models()}


def test_sends_what_is_due_and_prints_the_editions_equation(
    now: datetime, mailbox: Mailbox
) -> None:
    SubscriberFactory.create_batch(2, next_send_at=now)
    SubscriberFactory.create(next_send_at=now + HOUR)

    assert send_digests() == ALL_SENT.format(2)
    assert mailbox.count() == 2


def test_a_second_call_sends_nothing_and_prints_the_same(now: datetime, mailbox: Mailbox) -> None:
    SubscriberFactory.create(next_send_at=now)
    first = send_digests()

    assert send_digests() == first
    assert mailbox.count() == 1


def test_with_nobody_due_it_says_so(mailbox: Mailbox) -> None:
    assert send_digests() == ALL_SENT.format(0)
    assert not mailbox.exists()


def test_a_dry_run_says_what_would_be_sent_and_changes_nothing(
    now: datetime, mailbox: Mailbox
) -> None:
    SubscriberFactory.create_batch(2, next_send_at=now)
    before = row_counts()

    printed = send_digests("--dry-run")

    assert printed.startswith("Dry run: nothing was sent")
    assert "2 due = 0 sent" in printed
    assert "2 in progress" in printed
    assert row_counts() == before
    assert send_digests("--dry-run") == printed
    assert not mailbox.exists()


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_while_all_mail_is_paused_it_says_that_none_leaves(
    now: datetime, mailbox: Mailbox, arguments: list[str]
) -> None:
    SubscriberFactory.create(next_send_at=now)
    switch.pause("wrong links", "sam", now)

    assert "No mail leaves: sending is paused since" in send_digests(*arguments)
    assert mailbox.count() == 0


def test_a_dry_run_for_one_reader_changes_nothing(mailbox: Mailbox) -> None:
    SubscriberFactory.create(email="ada@example.com")
    before = row_counts()

    assert "1 in progress" in send_digests("--dry-run", "--subscriber", "ada@example.com")
    assert row_counts() == before
    assert not mailbox.exists()


def test_json_is_one_object_with_every_term_of_the_equation(now: datetime) -> None:
    SubscriberFactory.create(next_send_at=now)

    assert json.loads(send_digests("--json")) == {
        "dry_run": False,
        "due": 1,
        "sent": 1,
        "skipped": {},
        "refused": 0,
        "failed": 0,
        "deferred": 0,
        "unknown": 0,
        "in_progress": 0,
        "unexplained": 0,
    }


def test_a_dry_run_in_json_is_one_object_too(now: datetime) -> None:
    SubscriberFactory.create(next_send_at=now)

    told = json.loads(send_digests("--json", "--dry-run"))

    assert (told["dry_run"], told["due"], told["in_progress"]) == (True, 1, 1)


def test_one_reader_gets_todays_digest_though_it_is_not_due_and_only_once(
    now: datetime, mailbox: Mailbox
) -> None:
    SubscriberFactory.create(email="ada@example.com", next_send_at=now + 8 * HOUR, send_hour=17)
    SubscriberFactory.create(next_send_at=now)

    for _ in range(2):
        assert send_digests("--subscriber", "ADA@example.com") == ALL_SENT.format(1)

    assert [mail.recipient for mail in mailbox] == ["ada@example.com"]


def test_by_hand_after_the_hour_the_mail_is_dated_now(now: datetime, mailbox: Mailbox) -> None:
    SubscriberFactory.create(email="ada@example.com", send_hour=2)

    send_digests("--subscriber", "ada@example.com")

    [mail] = mailbox
    assert parsedate_to_datetime(mail.headers["Date"]) == now


def test_who_was_served_by_hand_is_not_served_again_when_due(
    now: datetime, mailbox: Mailbox
) -> None:
    SubscriberFactory.create(email="ada@example.com", next_send_at=now + 8 * HOUR, send_hour=17)
    send_digests("--subscriber", "ada@example.com")

    pipeline.run(lambda: now + 8 * HOUR)

    assert mailbox.count() == 1


def test_an_unknown_address_is_named() -> None:
    with pytest.raises(CommandError, match=r"There is no subscriber nobody@example\.com"):
        send_digests("--subscriber", "nobody@example.com")


@pytest.mark.parametrize("state", ["pending", "paused", "unsubscribed", "suppressed"])
def test_who_is_not_active_gets_nothing_by_hand_either(state: str, mailbox: Mailbox) -> None:
    SubscriberFactory.create(email="ada@example.com", state=state)

    with pytest.raises(CommandError, match=f"ada@example.com is {state}: only active"):
        send_digests("--subscriber", "ada@example.com")

    assert not Digest.objects.exists()
    assert not mailbox.exists()


def test_a_date_leaves_the_digests_of_other_dates_alone(now: datetime, mailbox: Mailbox) -> None:
    SubscriberFactory.create(email="ada@example.com", next_send_at=now)
    other = SubscriberFactory.create(next_send_at=now + HOUR)
    yesterday = DigestFactory.create(subscriber=other, local_date=(now - 24 * HOUR).date())

    assert send_digests("--date", "2026-11-20") == ALL_SENT.format(1)

    yesterday.refresh_from_db()
    assert yesterday.state == "pending"
    assert [mail.recipient for mail in mailbox] == ["ada@example.com"]


def test_the_date_may_be_one_that_has_begun_only_in_the_east(mailbox: Mailbox) -> None:
    evening = datetime.fromisoformat("2026-11-20T19:00Z")
    SubscriberFactory.create(timezone="Pacific/Auckland", next_send_at=evening)

    with time_machine.travel(evening, tick=False):
        assert send_digests("--date", "2026-11-21") == ALL_SENT.format(1)

    assert mailbox.count() == 1


def test_one_readers_digest_of_a_day_that_has_not_begun_for_them_is_not_made() -> None:
    SubscriberFactory.create(email="ada@example.com")

    with (
        time_machine.travel("2026-11-20T19:00Z", tick=False),
        pytest.raises(CommandError, match="it is still 2026-11-20: 2026-11-21 has not begun"),
    ):
        send_digests("--subscriber", "ada@example.com", "--date", "2026-11-21")

    assert not Digest.objects.exists()


@pytest.mark.parametrize(
    ("day", "complaint"),
    [
        ("tomorrow", "'tomorrow' is not a date such as 2026-11-21"),
        ("2026-02-30", "'2026-02-30' is not a date such as 2026-11-21"),
        ("", "'' is not a date such as 2026-11-21"),
        ("2026-11-22", "2026-11-22 lies in the future: nothing can be due then"),
    ],
)
def test_a_date_that_cannot_be_says_why(day: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=f"argument --date: {complaint}"):
        send_digests("--date", day)


def test_a_refused_digest_makes_the_exit_code_1_and_stops_nobody_else(
    now: datetime, sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    sink.replies["gone@example.com"] = "550 5.1.1 no such user"
    SubscriberFactory.create(email="gone@example.com", next_send_at=now)
    SubscriberFactory.create(email="here@example.com", next_send_at=now)

    with pytest.raises(SystemExit) as stopped:
        call_command("send_digests")

    assert stopped.value.code == 1
    assert "2 due = 1 sent + 0 skipped + 1 refused" in capsys.readouterr().out
    assert sink.recipients() == ["here@example.com"]


def test_a_deferred_digest_is_no_failure(now: datetime, sink: Sink) -> None:
    sink.replies["busy@example.com"] = "450 4.2.1 busy"
    SubscriberFactory.create(email="busy@example.com", next_send_at=now)

    assert "1 deferred" in send_digests()


def test_what_a_killed_process_left_is_taken_up(now: datetime, clock: Clock, sink: Sink) -> None:
    SubscriberFactory.create(email="ada@example.com", next_send_at=now)
    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)
    long_ago = datetime.fromisoformat("2020-01-01T00:00Z")
    Digest.objects.update(state="sending", owner="killed", lease_until=long_ago)

    assert send_digests() == ALL_SENT.format(1)
    assert sink.recipients() == ["ada@example.com"]


@pytest.mark.usefixtures("todays_papers", "at_nine")
def test_what_yesterdays_edition_left_open_comes_to_its_end_too(
    now: datetime, mailbox: QuerySet[MailboxMessage]
) -> None:
    reader = SubscriberFactory.create(next_send_at=now + timedelta(days=1))
    yesterday = EditionFactory.create(date=now.date() - timedelta(days=1), frozen_at=now)
    late = DigestFactory.create(
        subscriber=reader,
        edition=yesterday,
        local_date=yesterday.date,
        not_after=now + timedelta(hours=1),
        frozen={"timezone": "UTC", "next_send_at": now.isoformat()},
    )

    call_command("send_digests", stdout=StringIO())

    late.refresh_from_db()
    assert late.state != "pending"
    assert mailbox.count() == 0  # its edition has no papers, and that is its explained end
    assert late.reason == "empty"
