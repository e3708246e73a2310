"""Due: every active subscriber gets one row per local date once their hour has come."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from papers import editions
from subscriptions.digests import due
from subscriptions.models import Digest, Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)


def open_due(now: datetime, limit: int = 100) -> int:
    return due.open_due_digests(now, editions.frozen_edition(now), limit)


def test_opens_one_pending_digest_for_whose_instant_has_come(now: datetime) -> None:
    reader = SubscriberFactory.create(next_send_at=now)

    assert open_due(now) == 1

    digest = Digest.objects.get(subscriber=reader)
    assert (digest.state, digest.local_date, digest.due_at) == ("pending", FRIDAY, now)
    assert digest.not_after == now + timedelta(hours=12)
    assert digest.message_id.endswith("@localhost>")


def test_second_call_opens_nothing(now: datetime) -> None:
    SubscriberFactory.create(next_send_at=now)
    open_due(now)

    assert open_due(now) == 0
    assert Digest.objects.count() == 1


def test_a_date_that_has_its_digest_gets_no_second_one(now: datetime) -> None:
    reader = SubscriberFactory.create(next_send_at=now)
    open_due(now)
    Subscriber.objects.filter(pk=reader.pk).update(next_send_at=now + timedelta(minutes=5))

    open_due(now + timedelta(minutes=6))

    assert Digest.objects.count() == 1


@pytest.mark.parametrize("state", ["pending", "paused", "unsubscribed", "suppressed"])
def test_only_active_subscribers_are_due(now: datetime, state: str) -> None:
    SubscriberFactory.create(state=state, next_send_at=now)

    assert open_due(now) == 0


def test_who_is_not_due_yet_waits(now: datetime) -> None:
    SubscriberFactory.create(next_send_at=now + timedelta(seconds=1))

    assert open_due(now) == 0


def test_the_date_is_the_readers_own(now: datetime) -> None:
    SubscriberFactory.create(timezone="Pacific/Auckland", next_send_at=now.replace(hour=19))

    open_due(now.replace(hour=19))

    assert Digest.objects.get().local_date == date(2026, 11, 21)


def test_the_next_instant_is_set(now: datetime) -> None:
    reader = SubscriberFactory.create(send_hour=7, next_send_at=now)

    open_due(now)

    reader.refresh_from_db()
    assert reader.next_send_at == datetime(2026, 11, 21, 7, tzinfo=UTC)


def test_never_scheduled_is_due_at_once_when_todays_hour_has_passed(now: datetime) -> None:
    early = SubscriberFactory.create(send_hour=7)
    late = SubscriberFactory.create(send_hour=17)

    open_due(now)

    assert Digest.objects.get().subscriber == early
    late.refresh_from_db()
    assert late.next_send_at == datetime(2026, 11, 20, 17, tzinfo=UTC)


def test_never_scheduled_and_served_at_once_waits_twelve_hours_for_the_next(now: datetime) -> None:
    reader = SubscriberFactory.create(send_hour=7)
    late = now.replace(hour=23)

    open_due(late)

    reader.refresh_from_db()
    assert reader.next_send_at == datetime(2026, 11, 22, 7, tzinfo=UTC)
    [digest] = Digest.objects.all()
    assert digest.frozen["next_send_at"] == reader.next_send_at.isoformat()


def test_on_a_day_without_digest_nobody_is_due(now: datetime) -> None:
    SubscriberFactory.create(frequency="weekly", weekday=0, send_hour=7)
    SubscriberFactory.create(frequency="weekdays", send_hour=7)

    open_due(now)

    assert Digest.objects.get().subscriber.frequency == "weekdays"


def test_after_an_outage_of_days_only_todays_is_sent_and_the_rest_explained(now: datetime) -> None:
    SubscriberFactory.create(send_hour=9, next_send_at=now - timedelta(days=3))

    open_due(now)

    ledger = Digest.objects.order_by("local_date").values_list("local_date", "state", "reason")
    assert list(ledger) == [
        (date(2026, 11, 17), "skipped", "expired"),
        (date(2026, 11, 18), "skipped", "expired"),
        (date(2026, 11, 19), "skipped", "expired"),
        (FRIDAY, "pending", ""),
    ]


def test_a_digest_that_would_come_too_late_is_skipped_as_expired(now: datetime) -> None:
    SubscriberFactory.create(send_hour=20, next_send_at=now - timedelta(hours=13))

    open_due(now)

    digest = Digest.objects.get()
    assert (digest.state, digest.reason) == ("skipped", "expired")


def test_an_outage_of_a_year_leaves_a_month_of_rows(now: datetime) -> None:
    SubscriberFactory.create(send_hour=9, next_send_at=now - timedelta(days=365))

    open_due(now)

    assert Digest.objects.count() == 31


def test_takes_no_more_than_the_limit_longest_waiting_first(now: datetime) -> None:
    SubscriberFactory.create(next_send_at=now)
    first = SubscriberFactory.create(next_send_at=now - timedelta(hours=1))

    assert open_due(now, limit=1) == 1
    assert Digest.objects.get().subscriber == first


@pytest.mark.parametrize("readers", [2, 40])
def test_the_number_of_queries_does_not_grow_with_the_readers(
    now: datetime, readers: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    SubscriberFactory.create_batch(readers, next_send_at=now)
    edition = editions.frozen_edition(now)

    with django_assert_max_num_queries(7):
        due.open_due_digests(now, edition, 100)


def test_a_slot_in_a_skipped_last_hour_of_the_day_belongs_to_that_day() -> None:
    # In Nuuk the clock goes from 22:59 on the 28th of March to 00:00 on the 29th.
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    SubscriberFactory.create(timezone="America/Nuuk", send_hour=23, next_send_at=change)

    open_due(change)
    open_due(change + timedelta(days=1))

    days = Digest.objects.order_by("local_date").values_list("local_date", flat=True)
    assert list(days) == [date(2026, 3, 28), date(2026, 3, 29)]


def test_by_hand_the_next_one_keeps_twelve_hours_of_distance(now: datetime) -> None:
    evening = now.replace(hour=23, minute=30)
    reader = SubscriberFactory.create(send_hour=7)

    slot = reader.schedule.slot(FRIDAY)
    due.open_by_hand(reader, slot, editions.frozen_edition(evening), evening)

    reader.refresh_from_db()
    assert reader.next_send_at == datetime(2026, 11, 22, 7, tzinfo=UTC)


def test_by_hand_after_the_hour_it_is_dated_now_and_the_next_is_tomorrows(now: datetime) -> None:
    reader = SubscriberFactory.create(send_hour=7)

    slot = reader.schedule.slot(FRIDAY)
    digest = due.open_by_hand(reader, slot, editions.frozen_edition(now), now)

    reader.refresh_from_db()
    assert (digest.due_at, digest.local_date) == (now, FRIDAY)
    assert reader.next_send_at == datetime(2026, 11, 21, 7, tzinfo=UTC)


def test_by_hand_again_nothing_of_it_changes(now: datetime) -> None:
    reader = SubscriberFactory.create(send_hour=7)
    slot, edition = reader.schedule.slot(FRIDAY), editions.frozen_edition(now)
    first = due.open_by_hand(reader, slot, edition, now)
    reader.refresh_from_db()

    again = due.open_by_hand(reader, slot, edition, now + timedelta(hours=1))

    assert (again.pk, again.due_at, again.message_id) == (first.pk, now, first.message_id)
    assert Subscriber.objects.get().next_send_at == reader.next_send_at


def test_by_hand_before_the_hour_is_todays_digest_and_the_next_is_tomorrows(now: datetime) -> None:
    reader = SubscriberFactory.create(send_hour=17)

    slot = reader.schedule.slot(FRIDAY)
    digest = due.open_by_hand(reader, slot, editions.frozen_edition(now), now)

    reader.refresh_from_db()
    assert (digest.due_at, digest.local_date) == (now, FRIDAY)
    assert reader.next_send_at == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert digest.frozen["next_send_at"] == reader.next_send_at.isoformat()
