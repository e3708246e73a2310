"""manage.py digest_status: whether today's edition goes out."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from papers.models import Edition
from subscriptions import breaker, switch
from subscriptions.models import Tick
from tests.factories import DigestFactory, NoticeFactory, SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers", "at_nine")]

HOUR = timedelta(hours=1)


@pytest.fixture
def edition(now: datetime) -> Edition:
    """Today's, while ticks go on."""
    Tick.record(now)
    return Edition.objects.create(date=now.date())


def status(*arguments: str) -> tuple[dict[str, Any], int]:
    """What it tells a program, and its exit code."""
    printed, code = StringIO(), 0
    try:
        call_command("digest_status", "--json", *arguments, stdout=printed)
    except SystemExit as end:
        code = int(str(end.code))
    return json.loads(printed.getvalue()), code


def test_an_edition_that_went_out_is_well(edition: Edition) -> None:
    DigestFactory.create_batch(2, edition=edition, state="sent")

    told, code = status()

    assert (told["due"], told["sent"], told["unexplained"], told["wrong"]) == (2, 2, 0, [])
    assert code == 0


def test_in_a_pipe_it_is_a_fact_a_line(edition: Edition) -> None:
    DigestFactory.create(edition=edition, state="skipped", reason="empty")
    printed = StringIO()

    call_command("digest_status", stdout=printed)

    lines = printed.getvalue().splitlines()
    assert {"due: 1", "skipped: 1 (1 empty)", "unexplained: 0", "wrong: nothing"} <= set(lines)


def test_another_days_can_be_asked_for(edition: Edition, now: datetime) -> None:
    yesterday = now.date() - timedelta(days=1)
    DigestFactory.create(edition=Edition.objects.create(date=yesterday), state="sent")

    assert status("--date", str(yesterday))[0]["sent"] == 1
    assert status()[0]["sent"] == 0


def test_a_long_queue_in_which_something_moves_is_no_fault(edition: Edition, now: datetime) -> None:
    DigestFactory.create(edition=edition, state="ready", due_at=now - 2 * HOUR)
    DigestFactory.create(edition=edition, state="sent", sent_at=now - HOUR / 60)

    assert status()[1] == 0


def test_one_in_which_nothing_moves_is(edition: Edition, now: datetime) -> None:
    DigestFactory.create(edition=edition, state="ready", due_at=now - 2 * HOUR)

    told, code = status()

    assert told["wrong"] == ["digests are due, and none has left for an hour"]
    assert told["oldest_due_at"] == (now - 2 * HOUR).isoformat()
    assert code == 1


def test_a_reader_whose_digest_was_never_opened_waits_too(edition: Edition, now: datetime) -> None:
    SubscriberFactory.create(next_send_at=now - 3 * HOUR)

    assert status()[0]["oldest_due_at"] == (now - 3 * HOUR).isoformat()


def test_what_stands_in_the_way_is_named(edition: Edition, now: datetime) -> None:
    Edition.objects.update(held=True, hold_reason="a wrong title")
    switch.pause("the provider is away", "ada", now)
    breaker.open("wrong login", now)
    Tick.record(now - HOUR)
    DigestFactory.create(edition=edition, state="ready", not_after=now - HOUR)

    told, code = status()

    assert [sentence[:19] for sentence in told["wrong"]] == [
        "the edition is held",
        "1 digest unexplaine",
        "sending is paused s",
        "the breaker is open",
        "the tick stands sti",
    ]
    assert code == 1


def test_what_no_tick_brings_further_is_wrong_whatever_its_edition(
    edition: Edition, now: datetime
) -> None:
    before = Edition.objects.create(date=now.date() - timedelta(days=1))
    for lost in (edition, before):
        DigestFactory.create(edition=lost, state="ready", not_after=now - HOUR)
    NoticeFactory.create(state="ready", asked_at=now, not_after=now - HOUR)
    SubscriberFactory.create(next_send_at=now - 13 * HOUR)

    told, code = status()

    assert told["unexplained"] == 1
    assert told["wrong"][:2] == [
        "2 digests, 1 notice unexplained: no tick brings them further",
        "no digest was opened for 1 long due reader",
    ]
    assert code == 1


@pytest.mark.parametrize(("policy", "waits"), [("resend", False), ("hold", True)])
def test_what_only_a_person_can_settle_is_told(
    edition: Edition, settings: Settings, policy: str, waits: bool
) -> None:
    settings.DIGEST_UNKNOWN_POLICY = policy
    NoticeFactory.create(state="unknown", asked_at=timezone.now())
    assert status()[1] == int(waits)

    DigestFactory.create(edition=edition, state="unresolved")

    doubtful = "1 digest, 1 notice" if waits else "1 digest"
    told = [f"{doubtful} may or may not have arrived: see manage.py reconcile"]
    assert status()[0]["wrong"] == told


def test_a_day_without_an_edition_is_named() -> None:
    with pytest.raises(CommandError, match=r"There is no edition of 2020-01-01\."):
        call_command("digest_status", "--date", "2020-01-01")
