"""Pausing: when it begins, when it ends, and that nothing comes in between."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import LazySettings

from papers.models import Paper
from subscriptions import leaving, pausing, preferences
from subscriptions.digests import pipeline
from subscriptions.models import Digest, Subscriber
from subscriptions.upkeep import upkeep
from tests.factories import DigestFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
State = Subscriber.State
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday, after the digest of 07:00
NEXT_FRIDAY = date(2026, 11, 27)
NEXT_FRIDAY_NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def reread(reader: Subscriber) -> Subscriber:
    return Subscriber.objects.get(pk=reader.pk)


def paused(until: datetime, **facts: object) -> Subscriber:
    return SubscriberFactory.create(state=State.PAUSED, paused_until=until, **facts)


def test_a_pause_lasts_until_that_day_begins_where_the_reader_is() -> None:
    reader = SubscriberFactory.create(timezone="America/New_York")

    assert pausing.pause(reader, NEXT_FRIDAY, NOW)

    reader = reread(reader)
    assert reader.state == "paused"
    assert reader.paused_until == datetime(2026, 11, 27, 5, tzinfo=UTC)
    assert reader.missed_since == NOW


def test_pausing_twice_moves_the_end_and_keeps_what_was_missed() -> None:
    reader = SubscriberFactory.create()
    pausing.pause(reader, NEXT_FRIDAY, NOW)

    assert pausing.pause(reader, date(2026, 12, 24), NOW + timedelta(days=3))

    reader = reread(reader)
    assert reader.paused_until == datetime(2026, 12, 24, tzinfo=UTC)
    assert reader.missed_since == NOW


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED, State.SUPPRESSED])
def test_only_who_gets_digests_can_pause_them(state: State) -> None:
    reader = SubscriberFactory.create(state=state)

    assert not pausing.pause(reader, NEXT_FRIDAY, NOW)
    assert not pausing.resume(reader, NOW)

    assert (reread(reader).state, reread(reader).missed_since) == (state, None)


@pytest.mark.parametrize(
    ("hour", "length", "end"),
    [
        (7, "day", date(2026, 11, 22)),  # Friday's has come: Saturday's is left out
        (20, "day", date(2026, 11, 21)),  # Friday's has not
        (7, "week", date(2026, 11, 28)),
        (7, "month", date(2026, 12, 21)),
    ],
)
def test_lengths_count_from_the_next_digest(hour: int, length: str, end: date) -> None:
    assert pausing.end(length, SubscriberFactory.create(send_hour=hour), NOW) == end


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (datetime(2027, 1, 31, 5, tzinfo=UTC), date(2027, 2, 28)),
        (datetime(2026, 12, 15, 5, tzinfo=UTC), date(2027, 1, 15)),
        (datetime(2028, 1, 30, 5, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_a_month_ends_where_the_month_after_has_such_a_day(today: datetime, end: date) -> None:
    assert pausing.end("month", SubscriberFactory.create(), today) == end


def test_a_pause_that_is_over_ends_by_itself() -> None:
    reader = paused(datetime(2026, 11, 20, tzinfo=UTC), missed_since=NOW - timedelta(days=7))
    midnight = datetime(2026, 11, 20, 0, 0, 30, tzinfo=UTC)

    upkeep(midnight)

    reader = reread(reader)
    assert (reader.state, reader.paused_until) == ("active", None)
    assert reader.next_send_at == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert reader.missed_since == NOW - timedelta(days=7)  # for the first digest to tell


def test_a_pause_that_left_out_no_digest_leaves_nothing_to_catch_up_on() -> None:
    reader = SubscriberFactory.create()
    pausing.pause(reader, NEXT_FRIDAY, NOW)

    assert pausing.resume(reread(reader), NOW + timedelta(minutes=5))

    assert reread(reader).missed_since is None


def test_ending_pauses_twice_changes_nothing_more() -> None:
    reader = paused(NOW - timedelta(hours=1))
    assert pausing.resume_due(NOW) == 1
    once = reread(reader).next_send_at

    assert pausing.resume_due(NOW + timedelta(hours=1)) == 0

    assert reread(reader).next_send_at == once


def test_pauses_that_last_and_those_without_an_end_are_left() -> None:
    lasting, endless = paused(NOW + timedelta(hours=1)), SubscriberFactory.create(state="paused")

    assert pausing.resume_due(NOW) == 0

    assert {reread(lasting).state, reread(endless).state} == {"paused"}


def test_all_pauses_that_are_over_end_however_many(settings: LazySettings) -> None:
    settings.DIGEST_CHUNK_SIZE = 2
    for _ in range(5):
        paused(NOW)

    assert pausing.resume_due(NOW) == 5


def test_a_digest_of_midnight_comes_on_the_very_day() -> None:
    reader = paused(datetime(2026, 11, 20, tzinfo=UTC), send_hour=0)

    pausing.resume_due(datetime(2026, 11, 20, 0, 1, tzinfo=UTC))

    assert reread(reader).next_send_at == datetime(2026, 11, 20, tzinfo=UTC)


def test_a_tick_that_comes_late_skips_nobodys_digest() -> None:
    reader = paused(datetime(2026, 11, 20, tzinfo=UTC))

    pausing.resume_due(NOW)  # two hours after it was due

    assert reread(reader).next_send_at == datetime(2026, 11, 20, 7, tzinfo=UTC)


def test_resuming_early_begins_with_the_next_digest() -> None:
    reader = paused(NOW + timedelta(days=9), missed_since=NOW - timedelta(days=2))

    assert pausing.resume(reader, NOW)

    reader = reread(reader)
    assert (reader.state, reader.paused_until) == ("active", None)
    assert reader.next_send_at == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert not pausing.resume(reader, NOW)


def test_resuming_brings_no_second_digest_of_a_day() -> None:
    reader = paused(NOW + timedelta(days=9), send_hour=20)
    DigestFactory.create(subscriber=reader, local_date=NOW.date(), due_at=NOW, state="skipped")

    pausing.resume(reader, NOW)

    assert reread(reader).next_send_at == datetime(2026, 11, 21, 20, tzinfo=UTC)


def test_another_hour_or_zone_keeps_the_pause() -> None:
    reader = SubscriberFactory.create()
    pausing.pause(reader, NEXT_FRIDAY, NOW)
    end = reread(reader).paused_until

    choices = {"send_hour": 20, "timezone": "Asia/Tokyo"}
    preferences.save(reader, preferences.wanted(reader), choices, NOW)

    assert (reread(reader).state, reread(reader).paused_until) == ("paused", end)
    assert pausing.resume_due(NEXT_FRIDAY_NOON) == 1


def test_a_digest_that_was_opened_is_not_sent_after_the_pause_began(
    todays_papers: list[Paper], clock: Callable[[], datetime], mailoutbox: list[object]
) -> None:
    reader = SubscriberFactory.create(next_send_at=NOW - timedelta(hours=2))
    pipeline.open_chunk(NOW)
    pipeline.select_chunk(Digest.objects.all(), NOW)

    pausing.pause(reader, NEXT_FRIDAY, NOW)
    pipeline.run(clock)

    digest = Digest.objects.get()
    assert (digest.state, digest.reason) == ("skipped", "paused")
    assert not mailoutbox


def test_no_digest_is_opened_during_a_pause(
    todays_papers: list[Paper], clock: Callable[[], datetime]
) -> None:
    paused(NOW + timedelta(days=1), next_send_at=NOW - timedelta(hours=2))

    pipeline.run(clock)

    assert not Digest.objects.exists()


def test_leaving_during_a_pause_and_coming_back_keeps_it() -> None:
    reader = SubscriberFactory.create()
    pausing.pause(reader, NEXT_FRIDAY, NOW)
    leaving.unsubscribe(reread(reader), NOW)

    assert leaving.undo(reread(reader), NOW)

    reader = reread(reader)
    assert reader.state == "paused"
    assert reader.paused_until == datetime(2026, 11, 27, tzinfo=UTC)


def test_coming_back_after_the_pause_would_have_ended_is_active() -> None:
    reader = SubscriberFactory.create()
    pausing.pause(reader, NEXT_FRIDAY, NOW)
    leaving.unsubscribe(reread(reader), NOW)

    leaving.undo(reread(reader), NEXT_FRIDAY_NOON)

    reader = reread(reader)
    assert (reader.state, reader.paused_until) == ("active", None)
    assert reader.next_send_at == datetime(2026, 11, 28, 7, tzinfo=UTC)


def test_nobody_is_resumed_who_left_during_the_pause() -> None:
    reader = paused(NOW - timedelta(hours=1))
    leaving.unsubscribe(reader, NOW)

    assert pausing.resume_due(NOW) == 0

    assert reread(reader).state == "unsubscribed"
