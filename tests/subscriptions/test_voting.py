"""One vote for each reader and paper, and what it does to trending."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from papers.cards import votes_of
from papers.models import Paper, Signal
from papers.signals import Observation, observe
from papers.trending import UNNOTICED, votes_worth
from subscriptions import voting
from subscriptions.models import Subscriber, Vote
from tests.factories import PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def trending(paper: Paper) -> float:
    return Paper.objects.get(pk=paper.pk).trending


def series(paper: Paper) -> list[tuple[datetime, int]]:
    signals = Signal.objects.filter(paper=paper, source="readers", kind="votes")
    return list(signals.order_by("observed_at").values_list("observed_at", "count"))


def at_once(work: Callable[[Subscriber], object], readers: list[Subscriber]) -> None:
    def elsewhere(reader: Subscriber) -> None:
        work(reader)
        connection.close()  # each thread has one of its own

    with ThreadPoolExecutor(max_workers=6) as threads:
        list(threads.map(elsewhere, readers))


def test_a_vote_counts_like_a_vote_of_any_source(now: datetime) -> None:
    paper = PaperFactory.create()

    assert voting.vote(SubscriberFactory.create(), paper, now)

    assert votes_worth(trending(paper), now, half_life_hours=48) == pytest.approx(1)
    assert votes_of([paper.pk], now)[paper.pk].total == 1


def test_voting_twice_is_one_vote(now: datetime) -> None:
    reader, paper = SubscriberFactory.create(), PaperFactory.create()
    voting.vote(reader, paper, now)
    once = trending(paper)

    assert not voting.vote(reader, paper, now + 5 * HOUR)

    assert Vote.objects.get().given_at == now
    assert (trending(paper), series(paper)) == (once, [(now, 1)])


def test_votes_are_a_series_by_the_hour(now: datetime) -> None:
    paper = PaperFactory.create()
    for minutes in (5, 50, 65, 200):
        voting.vote(SubscriberFactory.create(), paper, now + timedelta(minutes=minutes))

    assert series(paper) == [(now, 2), (now + HOUR, 3), (now + 3 * HOUR, 4)]


def test_taking_back_takes_the_growth_back_exactly(now: datetime) -> None:
    reader, paper = SubscriberFactory.create(), PaperFactory.create()
    observe([Observation(paper.pk, "elsewhere", "votes", 40, now - 9 * HOUR)], now=now)
    voting.vote(SubscriberFactory.create(), paper, now)
    before, told = trending(paper), series(paper)

    voting.vote(reader, paper, now + HOUR)
    risen = trending(paper)
    assert voting.take_back(reader, paper, now + 2 * HOUR)

    assert risen > before
    assert (trending(paper), series(paper)) == (before, told)


def test_the_first_of_several_votes_can_be_taken_back(now: datetime) -> None:
    first, second, paper = *SubscriberFactory.create_batch(2), PaperFactory.create()
    alone = PaperFactory.create()
    voting.vote(first, paper, now)
    for each in (paper, alone):
        voting.vote(second, each, now + HOUR)

    voting.take_back(first, paper, now + 2 * HOUR)

    assert series(paper) == [(now + HOUR, 1)]
    assert trending(paper) == trending(alone)


def test_taking_back_the_only_vote_leaves_nothing(now: datetime) -> None:
    reader, paper = SubscriberFactory.create(), PaperFactory.create()
    voting.vote(reader, paper, now)

    assert voting.take_back(reader, paper, now)
    assert not voting.take_back(reader, paper, now)

    assert (trending(paper), series(paper)) == (UNNOTICED, [])
    assert not Vote.objects.exists()


def test_a_vote_taken_back_can_be_given_again(now: datetime) -> None:
    reader, paper = SubscriberFactory.create(), PaperFactory.create()
    voting.vote(reader, paper, now)
    voting.take_back(reader, paper, now)

    assert voting.vote(reader, paper, now + HOUR)

    assert series(paper) == [(now + HOUR, 1)]


def test_readers_and_papers_are_counted_apart(now: datetime) -> None:
    (one, two), (here, there) = SubscriberFactory.create_batch(2), PaperFactory.create_batch(2)
    voting.vote(one, here, now)
    voting.vote(two, here, now)
    voting.vote(one, there, now)

    voting.take_back(one, here, now)

    assert (series(here), series(there)) == ([(now, 1)], [(now, 1)])


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_is_one_vote(now: datetime) -> None:
    reader, paper = SubscriberFactory.create(), PaperFactory.create()

    at_once(lambda each: voting.vote(each, paper, now), [reader] * 12)

    assert Vote.objects.count() == 1
    assert series(paper) == [(now, 1)]


@pytest.mark.django_db(transaction=True)
def test_readers_who_vote_at_the_same_moment_are_all_counted(now: datetime) -> None:
    settled = now - timedelta(days=30)
    readers = SubscriberFactory.create_batch(12, confirmed_at=settled)
    paper = PaperFactory.create()

    at_once(lambda each: voting.vote(each, paper, now), readers)

    assert series(paper) == [(now, 12)]
    assert votes_worth(trending(paper), now, half_life_hours=48) == pytest.approx(12)


@pytest.mark.django_db(transaction=True)
def test_voting_and_taking_back_at_the_same_moment_ends_in_agreement(now: datetime) -> None:
    readers, paper = SubscriberFactory.create_batch(3), PaperFactory.create()

    def waver(reader: Subscriber) -> None:
        voting.vote(reader, paper, now)
        voting.take_back(reader, paper, now)

    at_once(waver, readers * 4)

    count = Vote.objects.count()
    assert series(paper) == ([(now, count)] if count else [])
