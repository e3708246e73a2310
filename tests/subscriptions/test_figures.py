"""Each day in numbers, kept once it is over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from papers.models import Edition
from subscriptions import figures
from subscriptions.models import DayFigures, Digest, Subscriber, Vote
from tests.factories import DigestFactory, EditionFactory, PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
NOW = MIDNIGHT + timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YESTERDAY = date(2026, 11, 19)


def reader(**moments: datetime) -> Subscriber:
    created: Subscriber = SubscriberFactory.create(confirmed_at=moments.pop("confirmed_at", None))
    Subscriber.objects.filter(pk=created.pk).update(**moments)
    return created


def kept(day: date = YESTERDAY) -> DayFigures:
    return DayFigures.objects.get(date=day)


def digests_of(edition: Edition, **states: int) -> None:
    for state, count in states.items():
        for _ in range(count):
            DigestFactory.create(edition=edition, state=state)


# --- the day -------------------------------------------------------------------------------------


def test_a_day_is_half_open() -> None:
    reader(created_at=MIDNIGHT - DAY)
    reader(created_at=MIDNIGHT - HOUR, confirmed_at=MIDNIGHT)
    reader(created_at=MIDNIGHT - 9 * DAY, unsubscribed_at=MIDNIGHT - HOUR)
    reader(created_at=MIDNIGHT)

    assert figures.keep(NOW) == 1

    assert (kept().signed_up, kept().confirmed, kept().left) == (2, 0, 1)


def test_subscribers_are_counted_by_state_and_votes_of_the_day() -> None:
    for state in ("active", "active", "paused"):
        SubscriberFactory.create(state=state)
    paper = PaperFactory.create()
    for hours, voter in zip((1, 30), Subscriber.objects.all(), strict=False):
        Vote.objects.create(subscriber=voter, paper=paper, given_at=MIDNIGHT - hours * HOUR)

    figures.keep(NOW)

    assert (kept().active, kept().paused, kept().suppressed, kept().votes) == (2, 1, 0, 1)


def test_a_second_time_on_the_same_day_asks_one_question_and_writes_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    figures.keep(NOW)
    before = list(DayFigures.objects.values())
    SubscriberFactory.create()

    with django_assert_num_queries(1):
        assert figures.keep(NOW + 5 * HOUR) == 0

    assert list(DayFigures.objects.values()) == before


def test_missed_days_are_caught_up_but_who_was_subscribed_then_nobody_knows() -> None:
    figures.keep(NOW - 4 * DAY)
    reader(created_at=MIDNIGHT - 3 * DAY)

    assert figures.keep(NOW) == 4

    assert kept(date(2026, 11, 17)).signed_up == 1
    assert kept(date(2026, 11, 17)).active is None
    assert kept().active == 1


def test_after_a_year_asleep_a_month_is_caught_up() -> None:
    figures.keep(NOW - 365 * DAY)

    assert figures.keep(NOW) == figures.CAUGHT_UP + 1


# --- its edition ---------------------------------------------------------------------------------


def test_an_editions_digests_are_counted_by_what_became_of_them() -> None:
    edition = EditionFactory.create(date=YESTERDAY)
    digests_of(edition, sent=2, delivered=3, bounced=1, complained=1, skipped=4, unknown=1)
    Digest.objects.filter(state="delivered").update(worth_reading=True)
    Digest.objects.filter(state="bounced").update(worth_reading=False)

    figures.keep(NOW)

    day = kept()
    assert (day.due, day.sent, day.delivered, day.bounced, day.complained) == (12, 7, 4, 1, 1)
    assert (day.worth_yes, day.worth_no) == (3, 1)


def test_who_leaves_within_a_day_of_the_digest_counts_against_its_edition() -> None:
    edition = EditionFactory.create(date=YESTERDAY)
    sent_at = MIDNIGHT - 12 * HOUR
    for after in (-HOUR, HOUR, 23 * HOUR, 25 * HOUR):
        left = reader(unsubscribed_at=sent_at + after)
        DigestFactory.create(subscriber=left, edition=edition, state="sent", sent_at=sent_at)

    assert figures.of_edition(edition).left_after == 2


def test_what_providers_tell_late_is_counted_for_a_week() -> None:
    edition = EditionFactory.create(date=YESTERDAY)
    digests_of(edition, sent=2)
    figures.keep(NOW)
    Digest.objects.update(state="bounced")

    figures.keep(NOW + 7 * DAY)
    assert kept().bounced == 2

    Digest.objects.update(state="complained")
    figures.keep(NOW + 8 * DAY)
    assert kept().bounced == 2


def test_an_edition_whose_digests_are_gone_keeps_its_numbers() -> None:
    digests_of(EditionFactory.create(date=YESTERDAY), sent=2)
    figures.keep(NOW)
    Digest.objects.all().delete()

    figures.keep(NOW + DAY)

    assert kept().sent == 2


def test_a_day_without_an_edition_has_no_numbers_of_one() -> None:
    figures.keep(NOW)

    assert (kept().due, kept().sent) == (None, None)
