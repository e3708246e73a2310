from datetime import UTC, datetime

import pytest

from subscriptions import leaving
from subscriptions.models import Notice, Subscriber
from tests.factories import SubscriberFactory

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
State = Subscriber.State
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", [State.PENDING, State.ACTIVE, State.PAUSED])
def test_leaving_ends_the_digests_and_says_goodbye(state: State) -> None:
    reader = SubscriberFactory.create(state=state)

    assert leaving.unsubscribe(reader, NOW)

    reader.refresh_from_db()
    assert (reader.state, reader.unsubscribed_at) == ("unsubscribed", NOW)
    assert Notice.objects.get().kind == "goodbye"


def test_leaving_twice_says_goodbye_once() -> None:
    reader = SubscriberFactory.create()
    leaving.unsubscribe(reader, NOW)

    assert not leaving.unsubscribe(reader, NOW)

    assert Notice.objects.count() == 1


def test_a_suppressed_subscriber_stays_suppressed() -> None:
    reader = SubscriberFactory.create(state=State.SUPPRESSED)

    assert not leaving.unsubscribe(reader, NOW)
    assert not leaving.undo(reader, NOW)

    reader.refresh_from_db()
    assert reader.state == "suppressed"
    assert not Notice.objects.exists()


def test_undo_brings_a_confirmed_subscriber_back_with_a_next_digest() -> None:
    reader = SubscriberFactory.create()
    leaving.unsubscribe(reader, NOW)

    assert leaving.undo(reader, NOW)

    reader.refresh_from_db()
    assert (reader.state, reader.unsubscribed_at) == ("active", None)
    assert reader.next_send_at == datetime(2026, 11, 22, 7, tzinfo=UTC)


def test_undo_twice_changes_nothing_more() -> None:
    reader = SubscriberFactory.create(state=State.UNSUBSCRIBED)
    leaving.undo(reader, NOW)

    assert not leaving.undo(reader, NOW)


def test_undo_makes_nobody_active_who_never_confirmed() -> None:
    reader = SubscriberFactory.create(state=State.UNSUBSCRIBED, confirmed_at=None)

    leaving.undo(reader, NOW)

    reader.refresh_from_db()
    assert reader.state == "pending"


def test_going_back_and_forth_does_not_flood_the_mailbox() -> None:
    reader = SubscriberFactory.create()

    for _ in range(10):
        leaving.unsubscribe(reader, NOW)
        leaving.undo(reader, NOW)

    assert Notice.objects.count() == 3
