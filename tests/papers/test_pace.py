"""All processes together keep one rate for each host."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction

from papers.models import Pace
from papers.pace import SharedPace
from papers.sources import SourceError

START = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Time:
    """A clock that only moves while somebody sleeps."""

    def __init__(self) -> None:
        self.now = START
        self.pace = SharedPace(clock=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0, "waiting in a circle"
        self.now += timedelta(seconds=seconds)

    @property
    def seconds(self) -> float:
        return (self.now - START).total_seconds()


@pytest.mark.django_db
def test_turns_start_one_interval_apart() -> None:
    time = Time()
    starts = []

    for _ in range(3):
        with time.pace.turn("arxiv", 3):
            starts.append(time.seconds)
            time.sleep(1)

    assert starts == [0, 3, 6]


@pytest.mark.django_db
def test_hosts_do_not_wait_for_each_other() -> None:
    time = Time()

    with time.pace.turn("arxiv", 3), time.pace.turn("daily-papers", 1):
        assert time.seconds == 0


@pytest.mark.django_db
def test_one_request_at_a_time_however_long_it_takes() -> None:
    time = Time()
    with ExitStack() as under_way:

        def sleep(seconds: float) -> None:
            time.sleep(seconds)
            if time.seconds >= 40:
                under_way.close()

        under_way.enter_context(time.pace.turn("arxiv", 3))
        rival = SharedPace(clock=lambda: time.now, sleep=sleep)
        with rival.turn("arxiv", 3):
            assert 40 <= time.seconds < 41


@pytest.mark.django_db
def test_a_killed_process_holds_up_the_others_for_a_lease_only() -> None:
    time = Time()
    Pace.objects.create(host="arxiv", next_at=START, busy_until=START + timedelta(seconds=90))

    with time.pace.turn("arxiv", 3):
        assert 90 <= time.seconds < 91


@pytest.mark.django_db
def test_a_request_that_outlives_its_lease_does_not_end_anothers() -> None:
    slow, next_one = Time(), Time()

    with slow.pace.turn("arxiv", 3):
        next_one.now += timedelta(seconds=100)
        turn = next_one.pace.turn("arxiv", 3)
        turn.__enter__()

    assert Pace.objects.get().busy_until == next_one.now + timedelta(seconds=90)
    turn.__exit__(None, None, None)
    assert Pace.objects.get().busy_until is None


@pytest.mark.django_db
def test_a_failed_request_gives_its_turn_back() -> None:
    time = Time()

    with pytest.raises(ValueError, match="no answer"), time.pace.turn("arxiv", 3):
        raise ValueError("no answer")

    assert Pace.objects.get().busy_until is None


@pytest.mark.django_db
def test_a_host_that_asked_to_be_left_alone_is() -> None:
    time = Time()
    time.pace.back_off("arxiv", 60)
    time.pace.back_off("arxiv", 20)  # a shorter wait takes nothing from a longer one

    with time.pace.turn("arxiv", 3):
        assert time.seconds == 60


@pytest.mark.django_db
def test_nobody_waits_for_a_turn_that_is_far_away() -> None:
    time = Time()
    time.pace.back_off("arxiv", 3600)

    with pytest.raises(SourceError, match="3600 seconds") as caught, time.pace.turn("arxiv", 3):
        pytest.fail("had its turn")  # pragma: no cover

    assert caught.value.retry_after == 3600
    assert time.seconds == 0


@pytest.mark.django_db
def test_a_clock_that_was_wrong_stops_nobody_for_ever() -> None:
    time = Time()
    ahead = START + timedelta(days=400)
    Pace.objects.create(host="arxiv", next_at=ahead, busy_until=ahead)

    with time.pace.turn("arxiv", 3):
        assert time.seconds == 0


@pytest.mark.django_db
def test_no_host_is_left_alone_for_more_than_a_day() -> None:
    time = Time()
    time.pace.back_off("arxiv", 1e9)

    time.now += timedelta(days=1)

    with time.pace.turn("arxiv", 3):
        assert time.now == START + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_a_turn_inside_a_transaction_is_refused() -> None:
    with (
        transaction.atomic(),
        pytest.raises(RuntimeError, match="durable"),
        SharedPace().turn("arxiv", 3),
    ):
        pytest.fail("held a lock while the network is slow")  # pragma: no cover


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_keep_the_one_rate() -> None:
    interval = 0.06
    spans: list[tuple[float, float]] = []

    def ask_twice() -> None:
        for _ in range(2):
            with SharedPace().turn("arxiv", interval):
                start = time.monotonic()
                spans.append((start, time.monotonic()))

    in_threads(3, ask_twice)

    assert len(spans) == 6
    for (start, end), (next_start, _) in pairwise(sorted(spans)):
        assert next_start >= end
        assert next_start - start >= interval * 0.8  # threads are not woken at once
    assert Pace.objects.count() == 1


def in_threads(count: int, work: Callable[[], None]) -> None:
    """Each with a connection of its own, as a process has."""

    def work_and_close() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(work_and_close) for _ in range(count)]:
            done.result()
