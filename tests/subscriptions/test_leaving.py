from datetime import UTC, datetime

import pytest

from subscriptions import leaving, signup
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


def test_once_a_week_moves_the_next_digest() -> None:
    reader = SubscriberFactory.create(next_send_at=NOW)

    assert leaving.once_a_week(reader, NOW)

    reader.refresh_from_db()
    assert (reader.state, reader.frequency) == ("active", "weekly")
    assert reader.next_send_at == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert not leaving.once_a_week(reader, NOW)


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED, State.SUPPRESSED])
def test_who_gets_no_digest_gets_no_weekly_one(state: State) -> None:
    reader = SubscriberFactory.create(state=state)

    assert not leaving.once_a_week(reader, NOW)

    reader.refresh_from_db()
    assert (reader.state, reader.frequency) == (state, "daily")


def test_a_reason_is_taken_of_who_has_left() -> None:
    here = SubscriberFactory.create()
    gone = SubscriberFactory.create(state=State.UNSUBSCRIBED)

    assert leaving.say_why(gone, "no_time")
    assert not leaving.say_why(here, "no_time")

    gone.refresh_from_db()
    assert gone.left_because == "no_time"


def test_subscribing_again_forgets_the_reason_and_the_pause() -> None:
    reader = SubscriberFactory.create(paused_until=NOW, missed_since=NOW)
    leaving.unsubscribe(reader, NOW)
    leaving.say_why(reader, "no_time")

    signup.ask_to_subscribe(reader.email, [], now=NOW)

    reader.refresh_from_db()
    kept = (reader.left_because, reader.paused_until, reader.missed_since)
    assert (reader.state, *kept) == ("pending", "", None, None)
