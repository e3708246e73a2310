"""Rates: no faster than is set, slower for who throttles us, and as fast as before afterwards."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from redis import Redis

from subscriptions import claiming, rates, tasks
from subscriptions.digests import pipeline
from subscriptions.models import Bucket, Digest, Subscriber
from subscriptions.notices import send_notices
from subscriptions.upkeep import upkeep
from tests.factories import DigestFactory, EditionFactory, NoticeFactory, SubscriberFactory
from tests.simulated_time import SimulatedTime
from tests.smtp import Sink

pytestmark = pytest.mark.django_db
PROVIDER = Bucket.PROVIDER
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nobody_known() -> None:
    rates.look()


@pytest.fixture
def time(now: datetime, monkeypatch: pytest.MonkeyPatch) -> SimulatedTime:
    """A clock of this test."""
    time = SimulatedTime(now)
    time.rule(monkeypatch)
    return time


def ready(now: datetime, *emails: str) -> list[Digest]:
    """Digests that may leave."""
    edition = EditionFactory.create(date=now.date(), frozen_at=now)
    return [
        DigestFactory.create(
            subscriber=SubscriberFactory.create(email=email, next_send_at=now + timedelta(days=1)),
            edition=edition,
            state="ready",
            due_at=now,
            not_after=now + timedelta(hours=12),
            message_id=f"<{email}>",
            frozen={"timezone": "UTC", "next_send_at": now.isoformat()},
        )
        for email in emails
    ]


def many(domain: str, count: int) -> list[str]:
    return [f"reader{number}@{domain}" for number in range(count)]


def taken_in(seconds: int, since: datetime, every: float = 0.1) -> int:
    """By somebody who asks for more than there is, again and again."""
    moments = [since + timedelta(seconds=every * step) for step in range(round(seconds / every))]
    return sum(rates.take(50, moment).granted for moment in moments)


def sent(moment: datetime, count: int = 1, domain: str = "example.com") -> None:
    """The ledger as it is when so many were just taken."""
    reader = Subscriber.objects.filter(email=f"reader@{domain}").first()
    reader = reader or SubscriberFactory.create(email=f"reader@{domain}")
    edition = EditionFactory.create(date=moment.date())
    first = reader.digests.count()
    Digest.objects.bulk_create(
        Digest(
            subscriber=reader,
            edition=edition,
            local_date=date(2000, 1, 1) + timedelta(days=first + number),
            state="sent",
            sent_at=moment,
        )
        for number in range(count)
    )


def throttled(moment: datetime, count: int, domain: str = PROVIDER) -> None:
    for _ in range(count):
        rates.slow_down(domain, moment)


def slowed_down(now: datetime, domain: str = PROVIDER) -> datetime:
    """The moment when a provider that takes nothing has slowed us down to the least."""
    throttled(now, 2, domain)
    throttled(now + 2 * SECOND, 2, domain)
    return now + 2 * SECOND


def rate(now: datetime, domain: str = PROVIDER) -> float | None:
    return {pace.domain: pace.rate for pace in rates.told(now)}.get(domain)


# --- a rate that is set ---


def test_without_a_rate_all_may_go_and_nothing_is_asked(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert rates.take(1000, now) == rates.Turn(1000)


def test_no_more_leave_than_the_rate_allows(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE = 10.0

    assert taken_in(60, now) == pytest.approx(600, abs=2)


def test_after_a_rest_a_second_s_worth_leaves_at_once(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE = 10.0
    taken_in(1, now)

    assert rates.take(50, now + MINUTE).granted == 10
    assert rates.take(50, now + MINUTE) == rates.Turn(0, now + MINUTE + SECOND / 10)


def test_a_rate_may_be_less_than_one_a_second(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE = 0.25

    assert taken_in(400, now, every=0.5) == pytest.approx(100, abs=2)


@pytest.mark.parametrize("other", [2.0, 40.0])
def test_another_rate_is_kept_from_when_it_is_set(
    now: datetime, settings: Settings, other: float
) -> None:
    settings.EMAIL_RATE = 10.0
    taken_in(10, now)

    settings.EMAIL_RATE = other

    assert taken_in(30, now + 10 * SECOND) == pytest.approx(30 * other, abs=2)


def test_a_rate_that_is_taken_away_binds_no_more(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE = 1.0
    taken_in(10, now)

    settings.EMAIL_RATE = 0.0
    rates.look()

    assert rates.take(50, now + 10 * SECOND) == rates.Turn(50)


def test_a_clock_that_was_a_day_ahead_stops_nobody_for_a_day(
    now: datetime, settings: Settings
) -> None:
    settings.EMAIL_RATE = 10.0
    rates.take(1, now + timedelta(days=1))

    assert taken_in(10, now) == pytest.approx(100, abs=11)


def test_who_waits_for_an_answer_goes_before_who_waits_for_papers(
    now: datetime, settings: Settings
) -> None:
    settings.EMAIL_RATE = 10.0
    taken_in(1, now)
    moment = now + SECOND

    assert rates.take(3, moment, urgent=True).granted == 3
    assert rates.take(3, moment).granted == 0
    assert taken_in(10, moment) == pytest.approx(100 - 3, abs=2)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_no_token_twice(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE = 20.0
    rates.take(1, now)
    start, granted = Barrier(6), list[int]()

    def worker() -> None:
        start.wait(30)
        for _ in range(10):
            granted.append(rates.take(1, now + MINUTE).granted)
        connection.close()

    workers = [Thread(target=worker) for _ in range(6)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)

    assert len(granted) == 60
    assert sum(granted) == 20


def test_all_leave_at_the_rate_that_is_set(
    sink: Sink, now: datetime, settings: Settings, time: SimulatedTime
) -> None:
    settings.EMAIL_RATE = 2.0
    ready(now, *many("example.com", 20))

    assert pipeline.run(time) == {"sent": 20}

    assert timedelta(seconds=9) < time.now - now < timedelta(seconds=12)


def test_what_has_no_turn_before_the_end_is_given_back(
    sink: Sink, now: datetime, settings: Settings, time: SimulatedTime
) -> None:
    settings.EMAIL_RATE = 2.0
    ready(now, *many("example.com", 20))

    pipeline.run(time, until=now + 3 * SECOND)

    assert len(sink.taken) in {6, 7}
    assert Digest.objects.filter(state="ready", attempts=0).count() == 20 - len(sink.taken)
    assert time.now < now + 4 * SECOND


# --- who throttles us ---


def test_who_takes_nothing_gets_one_a_second(now: datetime) -> None:
    moment = slowed_down(now)

    assert rate(moment) == 1
    assert taken_in(10, moment) == pytest.approx(10, abs=4)


def test_who_throttles_gets_half_of_what_it_took(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE = 100.0
    for second in range(10):
        sent(now + second * SECOND, 20)
    moment = now + 10 * SECOND

    throttled(moment - 2 * SECOND, 60)
    throttled(moment, 60)

    assert rate(moment) == pytest.approx(10, rel=0.2)


def test_nobody_is_slowed_twice_in_ten_seconds(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE = 100.0
    sent(now, 200)
    throttled(now, 50)
    throttled(now + SECOND, 50)
    slow = rate(now + SECOND)

    throttled(now + 5 * SECOND, 50)

    assert slow
    assert rate(now + 5 * SECOND) == pytest.approx(slow, rel=0.1)


def test_the_rate_grows_back_to_what_is_set(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE = 4.0
    moment = slowed_down(now)
    rates_ = [rate(moment + timedelta(seconds=10 * step)) for step in range(20)]

    assert rates_[0] == 1
    assert rates_[1] == pytest.approx(1.1)
    assert rates_ == sorted(rates_, key=lambda each: each or 0)
    assert rates_[-1] == 4


def test_without_a_set_rate_a_throttle_is_forgotten_in_the_end(now: datetime) -> None:
    moment = slowed_down(now)
    later = moment + 10 * MINUTE

    assert rate(later) is None
    assert rates.take(500, later) == rates.Turn(500)

    upkeep(later + 10 * MINUTE)
    upkeep(later + 10 * MINUTE)
    assert not Bucket.objects.exists()


@pytest.mark.parametrize("seed", range(3))
def test_throttles_by_chance_slow_nobody_down(now: datetime, seed: int) -> None:
    chance, moment = Random(seed), now  # noqa: S311  # repeatable, not secret

    for _ in range(150):
        moment += SECOND / 10
        refused = sum(chance.random() < 0.05 for _ in range(8))
        sent(moment, 8 - refused)
        throttled(moment, refused)

    assert rate(moment) is None


def test_a_provider_s_limit_is_found_and_mostly_kept(now: datetime) -> None:
    limit, fast, seconds = 10, 40, 60
    took, refused = 0, Counter[bool]()
    for step in range(seconds * 10):
        moment = now + step * SECOND / 10
        asks = rates.take(fast // 10, moment).granted
        takes = min(asks, limit * (step + 1) // 10 - limit * step // 10 + (step % 10 == 0))
        sent(moment, takes)
        throttled(moment, asks - takes)
        took += takes
        refused[step > 50] += asks - takes

    assert took > 0.6 * limit * seconds
    assert refused[True] < 0.15 * took


def test_who_asks_to_wait_is_left_alone_until_then(
    sink: Sink, now: datetime, time: SimulatedTime
) -> None:
    ready(now, "a@example.com")
    NoticeFactory.create(state="ready", asked_at=now, not_after=now + timedelta(hours=1))
    rates.slow_down(PROVIDER, now, MINUTE)

    assert pipeline.run(time) + send_notices(time) == {}
    time.now = now + MINUTE - SECOND
    assert pipeline.run(time) + send_notices(time) == {}
    assert sink.begun == []

    time.now = now + MINUTE
    assert pipeline.run(time) + send_notices(time) == {"sent": 2}


def test_who_asks_to_wait_stops_a_claim_that_is_under_way(now: datetime) -> None:
    ready(now, *many("example.com", 4))
    claimed = claiming.claim(Digest.objects.all(), now)

    rates.slow_down(PROVIDER, now, MINUTE)

    assert Digest.objects.all().mark_sending(claimed, now) == set()
    why = claimed[0].why_not(now)
    assert why
    assert (why.state, why.attempted) == ("ready", False)


def test_the_longer_wait_counts(now: datetime) -> None:
    rates.slow_down(PROVIDER, now, MINUTE)
    rates.slow_down(PROVIDER, now, SECOND)

    assert [pace.not_before for pace in rates.told(now)] == [now + MINUTE]


# --- domains ---


def test_a_domain_gets_its_own_rate_and_the_others_wait_for_nothing(
    sink: Sink, now: datetime, settings: Settings, time: SimulatedTime
) -> None:
    settings.EMAIL_DOMAIN_RATES = {"slow.example": 2.0}
    ready(now, *many("slow.example", 10), *many("example.com", 10))

    pipeline.run(time, until=now + SECOND / 2)

    assert {f"reader{number}@example.com" for number in range(10)} <= set(sink.recipients())
    assert Counter(each.rpartition("@")[2] for each in sink.recipients())["slow.example"] <= 3
    waiting = Digest.objects.exclude(state="sent")
    assert set(waiting.values_list("state", "attempts", "next_attempt_at")) == {("ready", 0, None)}

    pipeline.run(time)

    assert len(set(sink.recipients())) == len(sink.recipients()) == 20
    assert timedelta(seconds=4) < time.now - now < timedelta(seconds=7)


def test_notices_keep_a_domain_s_rate_too(
    sink: Sink, now: datetime, settings: Settings, time: SimulatedTime
) -> None:
    settings.EMAIL_DOMAIN_RATES = {"slow.example": 1.0}
    for email in many("slow.example", 5):
        NoticeFactory.create(
            subscriber=SubscriberFactory.create(email=email, state="pending"),
            state="ready",
            asked_at=now,
            not_after=now + timedelta(hours=1),
        )

    assert send_notices(time) == {"sent": 5}

    assert timedelta(seconds=3) < time.now - now < timedelta(seconds=7)


def test_a_busy_server_of_readers_slows_its_domain_only(
    sink: Sink, now: datetime, time: SimulatedTime
) -> None:
    crowd = [f"reader{number}@Busy.example" for number in range(8)]
    ready(now, *crowd, *many("example.com", 8))
    sink.replies |= {email.lower(): "450 4.2.1 not so fast" for email in crowd}
    time.look = SECOND / 4

    pipeline.run(time)

    assert [pace.domain for pace in rates.told(time.now)] == ["busy.example"]
    assert Counter(Digest.objects.values_list("state", flat=True)) == {"sent": 8, "deferred": 8}


def test_rates_are_told_in_figures(now: datetime, settings: Settings) -> None:
    settings.EMAIL_RATE, settings.EMAIL_DOMAIN_RATES = 50.0, {"b.example": 5.0}
    moment = slowed_down(now, "a.example")

    assert list(rates.told(moment)) == [
        rates.Pace("", 50.0, 50.0, None, None),
        rates.Pace("a.example", 1.0, None, moment, None),
        rates.Pace("b.example", 5.0, 5.0, None, None),
    ]


# --- tasks ---


def test_a_task_that_sends_digests_sends_the_notices_before(sink: Sink) -> None:
    now = timezone.now()
    ready(now, "reader@example.com")
    asking = SubscriberFactory.create(email="asking@example.com", state="pending")
    NoticeFactory.create(subscriber=asking, state="ready", asked_at=now)

    tasks.send_digests()

    assert sink.recipients() == ["asking@example.com", "reader@example.com"]


def test_a_task_whose_time_is_up_wakes_the_next_one(
    monkeypatch: pytest.MonkeyPatch, broker_url: str, use_broker: Callable[[str], None]
) -> None:
    use_broker(broker_url)
    with Redis.from_url(broker_url) as broker:
        tasks.send_digests()
        assert broker.llen("celery") == 0

        monkeypatch.setattr(tasks, "WORKING_TIME", timedelta())
        tasks.send_digests()
        assert broker.llen("celery") == 1
