"""manage.py purge, and what the ticks of the night forget by themselves."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from pytest_django import Settings

from papers.models import Correction, PaperImport
from subscriptions.models import Digest, MailboxMessage, Notice, ProviderEvent, Witness
from subscriptions.upkeep import upkeep
from tests.factories import DigestFactory, EditionFactory, NoticeFactory, SubscriberFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
NIGHT = NOW.replace(hour=3)
LONG_AGO = NOW - timedelta(days=1000)
NAMES = {
    *("provider_events", "notices", "mailbox", "paper_imports"),
    *("sign_in_attempts", "audit_log", "hosts", "sessions"),
}


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def purge(*arguments: str) -> dict[str, int]:
    printed = StringIO()
    call_command("purge", "--json", *arguments, stdout=printed)
    told: dict[str, int] = json.loads(printed.getvalue())
    return told


def one_of_each(moment: datetime) -> None:
    _event(moment)
    NoticeFactory.create(asked_at=moment, state="sent")
    MailboxMessage.objects.create(message_id=f"<{moment}>", received_at=moment)
    PaperImport.objects.create(made_at=moment)
    AccessAttempt.objects.create(failures_since_start=1)
    AccessAttempt.objects.update(attempt_time=moment)
    LogEntry.objects.create(
        content_type_id=_any_content_type(), object_repr="", action=0, timestamp=moment
    )
    Witness.objects.create(name=f"host:{moment}", seen_at=moment)
    Session.objects.create(session_key=str(moment), expire_date=moment)


def test_what_is_old_goes_and_a_second_time_nothing_is_left() -> None:
    one_of_each(LONG_AGO)

    assert purge() == {"dry_run": False, **dict.fromkeys(NAMES, 1)}
    assert purge() == {"dry_run": False, **dict.fromkeys(NAMES, 0)}


def test_what_is_new_stays() -> None:
    one_of_each(NOW + timedelta(hours=1))

    assert purge() == {"dry_run": False, **dict.fromkeys(NAMES, 0)}


def test_a_dry_run_counts_and_deletes_nothing() -> None:
    one_of_each(LONG_AGO)

    assert purge("--dry-run") == purge("--dry-run") == {"dry_run": True, **dict.fromkeys(NAMES, 1)}


def test_how_long_is_a_setting(settings: Settings) -> None:
    _event(NOW - timedelta(days=40))

    assert purge("--dry-run")["provider_events"] == 0
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"provider_events": 30}
    assert purge("--dry-run")["provider_events"] == 1


def test_digests_stay_for_ever() -> None:
    DigestFactory.create(due_at=LONG_AGO, state="sent", sent_at=LONG_AGO)

    purge()

    assert Digest.objects.count() == 1


def test_what_still_waits_stays() -> None:
    _event(LONG_AGO, state="waiting")
    NoticeFactory.create(asked_at=LONG_AGO, state="deferred")

    purge()

    assert (ProviderEvent.objects.count(), Notice.objects.count()) == (1, 1)


def test_notices_of_corrections_stay_so_that_nobody_gets_one_twice() -> None:
    correction = Correction.objects.create(
        edition=EditionFactory.create(), number=1, made_at=LONG_AGO
    )
    NoticeFactory.create(kind="correction", correction=correction, asked_at=LONG_AGO, state="sent")

    purge()

    assert Notice.objects.count() == 1


def test_the_ticks_of_the_night_forget_a_chunk_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subscriptions.retention.CHUNK", 2)
    NoticeFactory.create_batch(
        3, subscriber=SubscriberFactory.create(), asked_at=LONG_AGO, state="sent"
    )

    left = []
    for moment in (NOW, NIGHT, NIGHT):
        upkeep(moment)
        left.append(Notice.objects.count())

    assert left == [3, 1, 0]


def test_in_words_it_says_how_long_each_is_kept() -> None:
    printed = StringIO()

    call_command("purge", "--dry-run", stdout=printed)

    lines = printed.getvalue().splitlines()
    assert lines[0] == "Dry run: nothing was deleted."
    assert "audit log  0  kept for 400 days" in lines
    assert "sessions  0  kept until their end" in lines


def _event(moment: datetime, state: str = "done") -> None:
    ProviderEvent.objects.create(
        provider="postmark",
        event_id=str(moment),
        kind="delivered",
        state=state,
        happened_at=moment,
        received_at=moment,
    )


def _any_content_type() -> int:
    return ContentType.objects.get_for_model(Notice).pk
