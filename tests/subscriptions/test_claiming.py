"""Claiming: which of the mails that wait, and when a moment's patience is worth it."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from subscriptions import breaker, claiming, fence, rates
from subscriptions.models import Breaker, Bucket, Digest
from tests.factories import DigestFactory
from tests.simulated_time import SimulatedTime

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SLOW, SLOWER, QUICK = "slow.example", "slower.example", "quick.example"


@pytest.fixture(autouse=True)
def nobody_known() -> None:
    rates.look()


@pytest.fixture
def time(now: datetime, monkeypatch: pytest.MonkeyPatch) -> SimulatedTime:
    """A clock of this test."""
    time = SimulatedTime(now)
    time.rule(monkeypatch)
    return time


def ready(domain: str, count: int, now: datetime) -> None:
    for number in range(count):
        DigestFactory.create(
            subscriber__email=f"reader{number}@{domain}", state="ready", not_after=now + MINUTE
        )


def claimed(now: datetime) -> Counter[str]:
    """How many to which domain."""
    mails = claiming.claim(Digest.objects.all(), now)
    return Counter(mail.subscriber.email.partition("@")[2] for mail in mails)


def rested(now: datetime, *domains: str) -> None:
    """A second's worth may leave at once."""
    for domain in domains:
        rates.take(0, now - SECOND, domain)


def use_up(domain: str, now: datetime) -> None:
    while rates.take(50, now, domain).granted:
        pass


def turn_comes(time: SimulatedTime, until: datetime | None = None) -> bool:
    return claiming.turn_comes(Digest.objects.all(), time, until)


def slept(since: datetime, time: SimulatedTime) -> float:
    """In seconds."""
    return (time.now - since).total_seconds()


def test_a_chunk_is_filled_from_slow_domains_first_and_then_from_the_others(
    now: datetime, settings: Settings
) -> None:
    settings.DIGEST_CHUNK_SIZE = 5
    settings.EMAIL_DOMAIN_RATES = {SLOW: 10.0, SLOWER: 1.0}
    rested(now, SLOW)
    ready(QUICK, 9, now)
    ready(SLOW, 2, now)
    ready(SLOWER, 2, now)

    assert claimed(now) == {SLOW: 2, SLOWER: 1, QUICK: 2}


def test_slow_domains_alone_fill_no_more_than_a_chunk(now: datetime, settings: Settings) -> None:
    settings.DIGEST_CHUNK_SIZE = 3
    settings.EMAIL_DOMAIN_RATES = {SLOW: 10.0, SLOWER: 10.0}
    rested(now, SLOW, SLOWER)
    ready(SLOW, 2, now)
    ready(SLOWER, 5, now)
    ready(QUICK, 1, now)

    assert claimed(now).total() == 3
    assert Digest.objects.filter(state="claimed").count() == 3


def test_a_domain_that_another_process_slowed_down_keeps_its_pace_here_too(now: datetime) -> None:
    Bucket.objects.create(domain=SLOW, rate=1.0, slowed_at=now, tokens=1, filled_at=now)
    ready(SLOW, 3, now)
    ready(QUICK, 3, now)

    assert claimed(now) == {SLOW: 1, QUICK: 3}


def test_where_no_mail_waits_no_pace_is_kept(now: datetime, settings: Settings) -> None:
    settings.EMAIL_DOMAIN_RATES = {SLOW: 10.0, SLOWER: 1.0}
    ready(SLOW, 1, now)
    ready(QUICK, 1, now)

    assert claimed(now) == {SLOW: 1, QUICK: 1}
    assert [bucket.domain for bucket in Bucket.objects.all()] == [SLOW]


def test_while_mail_flows_the_first_comes_first_even_if_it_was_tried_before(
    now: datetime, settings: Settings
) -> None:
    settings.DIGEST_CHUNK_SIZE = 2
    ready(QUICK, 3, now)
    tried, second, _ = Digest.objects.order_by("pk")
    Digest.objects.filter(pk=tried.pk).update(sending_at=now - MINUTE)

    assert claiming.claim(Digest.objects.all(), now) == [tried, second]


def test_a_probe_whose_domain_has_no_turn_is_free_for_another(
    now: datetime, settings: Settings
) -> None:
    settings.EMAIL_DOMAIN_RATES = {SLOW: 1.0}
    ready(SLOW, 1, now)
    breaker.open("wrong password", now - 2 * MINUTE)
    use_up(SLOW, now)

    assert claimed(now) == {}

    shut = Breaker.objects.get()
    assert (shut.prober, shut.probe_at) == ("", now)


def test_a_moments_patience_for_a_mail_whose_domain_is_slow(
    now: datetime, settings: Settings, time: SimulatedTime
) -> None:
    settings.EMAIL_DOMAIN_RATES = {SLOW: 1.0}
    ready(SLOW, 1, now)

    assert turn_comes(time)
    assert slept(now, time) == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(("left", "seconds"), [(0.1, 0.1), (9, 0.3), (0.001, 0.3), (-1, 0.3)])
def test_no_longer_than_there_is_time(
    now: datetime, settings: Settings, time: SimulatedTime, left: float, seconds: float
) -> None:
    settings.EMAIL_DOMAIN_RATES = {SLOW: 1.0}
    ready(SLOW, 1, now)

    assert turn_comes(time, now + left * SECOND)
    assert slept(now, time) == pytest.approx(seconds, abs=0.01)


def test_no_patience_where_only_others_wait(
    now: datetime, settings: Settings, time: SimulatedTime
) -> None:
    settings.EMAIL_DOMAIN_RATES = {SLOW: 1.0}
    ready(QUICK, 1, now)

    assert not turn_comes(time)
    assert slept(now, time) == pytest.approx(0, abs=0.01)


def test_no_patience_behind_the_fence(
    now: datetime, settings: Settings, time: SimulatedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_DOMAIN_RATES = {SLOW: 1.0}
    ready(SLOW, 1, now)
    monkeypatch.setattr(fence, "closed", lambda: True)

    assert not turn_comes(time)


def test_no_second_look_by_a_clock_that_stands_still(now: datetime, settings: Settings) -> None:
    settings.EMAIL_DOMAIN_RATES = {SLOW: 1.0}
    ready(SLOW, 1, now)

    assert not claiming.turn_comes(Digest.objects.all(), lambda: now, None)
