"""When events end all mail to an address: soon enough, never by a fault, and not for good."""

import logging
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from subscriptions import events, suppressing
from subscriptions.events.silencing import gave_up
from subscriptions.models import Digest, ProviderEvent, Suppression
from tests.subscriptions.told_events import NOW, READER, sent, standing, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- soft bounces ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounced", "delivered", "expected"),
    [
        ([0, 1, 2, 3], [], False),
        ([0, 1, 2, 3, 4], [], True),
        ([0, 0, 0, 0, 0, 1], [], False),
        ([0, 3, 6, 9, 12], [], True),
        ([0, 4, 8, 12, 16], [], False),
        ([0, 1, 2, 3, 5], [4], False),
        ([1, 2, 3, 4, 5], [0], True),
        ([1, 2, 3, 4, 5], [6], True),
    ],
)
def test_five_bad_days_within_fifteen(
    bounced: list[int], delivered: list[int], *, expected: bool
) -> None:
    def times(days: list[int]) -> list[datetime]:
        return [NOW + number * DAY for number in days]

    assert gave_up(times(bounced), times(delivered)) is expected


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1]])
def test_soft_bounces_on_five_days_suppress(order: list[int]) -> None:
    sent()
    for number in order:
        assert not Suppression.objects.exists()
        told("soft_bounce", number, happened_at=NOW + number * DAY)
        events.process_waiting(NOW + 5 * DAY)

    assert Suppression.objects.get().reason == "bounced"


# --- too many ----------------------------------------------------------------------------------


@pytest.fixture
def flood(settings: Settings) -> list[Digest]:
    settings.EVENT_SUPPRESSIONS_PER_HOUR = 2
    mails = []
    for number in range(5):
        address, message_id = f"reader{number}@papers.test", f"<{number}@papers.test>"
        mails.append(sent(subscriber__email=address, message_id=message_id))
        told("complained", number, address=address, message_id=message_id)
    return mails


def test_a_mad_stream_of_complaints_is_held_back(
    flood: list[Digest], caplog: pytest.LogCaptureFixture
) -> None:
    events.process_waiting(NOW)
    events.process_waiting(NOW + timedelta(minutes=1))

    assert Suppression.objects.count() == 2
    assert [standing(mail)[0] for mail in flood] == ["complained"] * 5  # that much is true
    held = ProviderEvent.objects.filter(state="waiting", outcome__contains="held back")
    assert held.count() == 3
    alerts = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(alerts) == 1
    assert "'count': 3" in alerts[0].getMessage()


def test_what_was_held_back_goes_on_once_a_person_confirms(flood: list[Digest]) -> None:
    events.process_waiting(NOW)

    events.process(ProviderEvent.objects.filter(state="waiting"), NOW, capped=False)

    assert Suppression.objects.count() == 5
    assert not ProviderEvent.objects.exclude(state="done").exists()


def test_an_hour_later_there_is_room_again(flood: list[Digest]) -> None:
    events.process_waiting(NOW)
    later = sent(subscriber__email=READER)
    told("hard_bounce")

    events.process_waiting(NOW + timedelta(minutes=61))

    assert standing(later)[2] == "suppressed"


# --- lifting -----------------------------------------------------------------------------------


def test_a_lifted_address_that_bounces_again_is_suppressed_again() -> None:
    digest = sent()
    told("hard_bounce", 1)
    events.process_waiting(NOW)
    suppressing.lift(Suppression.objects.get(), NOW)

    told("hard_bounce", 1)  # the same event once more is no news
    events.process_waiting(NOW)
    assert not Suppression.objects.exists()

    told("hard_bounce", 2)
    events.process_waiting(NOW)
    assert standing(digest)[2] == "suppressed"


def test_a_policy_that_blocks_us_is_an_alert_and_no_suppression(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent()
    told("blocked")

    events.process_waiting(NOW)

    assert not Suppression.objects.exists()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
