from datetime import UTC, datetime, timedelta

import pytest

from subscriptions import preferences
from subscriptions.models import Digest
from subscriptions.models.states import State
from subscriptions.preferences import Wanted
from tests.factories import DigestFactory, SubscriberFactory, TopicFactory

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday
pytestmark = pytest.mark.django_db


def test_choices_are_kept_and_the_next_digest_follows_them() -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    topic = TopicFactory.create(code="cs.CL")
    choices = {"timezone": "Europe/Berlin", "send_hour": 9, "frequency": "weekdays"}

    preferences.save(reader, Wanted([topic]), choices | {"paper_count": 5}, NOW)

    reader.refresh_from_db()
    assert list(reader.topics.all()) == [topic]
    assert reader.paper_count == 5
    assert reader.next_send_at == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_what_does_not_touch_the_schedule_does_not_move_the_next_digest() -> None:
    overdue = NOW - timedelta(minutes=1)
    reader = SubscriberFactory.create(next_send_at=overdue)

    preferences.save(reader, Wanted(), {"paper_count": 5, "send_hour": reader.send_hour}, NOW)

    reader.refresh_from_db()
    assert reader.next_send_at == overdue


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.READY, State.UNKNOWN])
def test_a_new_hour_never_brings_two_digests_within_twelve_hours(state: State) -> None:
    reader = SubscriberFactory.create()
    due_at = NOW - timedelta(hours=1)
    sent_at = due_at if state in {State.SENT, State.DELIVERED} else None
    facts = {"local_date": NOW.date(), "due_at": due_at, "sent_at": sent_at}
    DigestFactory.create(subscriber=reader, state=state, **facts)

    preferences.save(reader, Wanted(), {"send_hour": 13}, NOW)

    reader.refresh_from_db()
    assert reader.next_send_at == datetime(2026, 11, 22, 13, tzinfo=UTC)


def test_twelve_hours_after_the_last_digest_is_far_enough() -> None:
    reader = SubscriberFactory.create()
    facts = {"local_date": NOW.date(), "due_at": NOW, "sent_at": NOW}
    DigestFactory.create(subscriber=reader, state=State.SENT, **facts)

    preferences.save(reader, Wanted(), {"send_hour": 0}, NOW)

    reader.refresh_from_db()
    assert reader.next_send_at == datetime(2026, 11, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", [State.SKIPPED, State.REFUSED, State.FAILED])
def test_a_digest_that_never_left_does_not_count(state: State) -> None:
    reader = SubscriberFactory.create()
    yesterday = NOW.date() - timedelta(days=1)
    late = NOW - timedelta(hours=1)
    DigestFactory.create(subscriber=reader, state=state, due_at=late, local_date=yesterday)

    preferences.save(reader, Wanted(), {"send_hour": 13}, NOW)

    reader.refresh_from_db()
    assert reader.next_send_at == NOW + timedelta(hours=1)
    assert Digest.objects.count() == 1


def test_a_date_that_has_its_digest_is_not_promised_again() -> None:
    reader = SubscriberFactory.create()
    early = NOW - timedelta(hours=5)
    DigestFactory.create(
        subscriber=reader, state=State.SENT, due_at=early, sent_at=early, local_date=NOW.date()
    )

    preferences.save(reader, Wanted(), {"send_hour": 22}, NOW)

    reader.refresh_from_db()
    assert reader.next_send_at == datetime(2026, 11, 22, 22, tzinfo=UTC)
