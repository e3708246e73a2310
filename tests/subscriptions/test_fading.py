"""Fading: what a reader liked half a year ago counts half, by whole days."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from papers.models import Paper
from subscriptions import interests
from subscriptions.digests.readers import HALF_LIFE_DAYS, LIKES_USED, load_readers
from subscriptions.models import Digest, DigestPaper, Interest, Subscriber, Vote
from subscriptions.ranking import PoolPaper, Reader, choose
from tests.factories import DigestFactory, EditionFactory, PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HALF = timedelta(days=HALF_LIFE_DAYS)


@pytest.fixture
def ada() -> Subscriber:
    return SubscriberFactory.create()


def as_ranked(subscriber: Subscriber, now: datetime) -> Reader:
    return load_readers([subscriber], now)[subscriber.pk]


def weights(subscriber: Subscriber, now: datetime) -> list[float]:
    return [one.weight for one in as_ranked(subscriber, now).likes]


def like(subscriber: Subscriber, at: datetime, *, muted: bool = False) -> Paper:
    paper = PaperFactory.create()
    interests.like(subscriber, paper, muted=muted)
    subscriber.interests.filter(paper=paper).update(created_at=at)
    return paper


def vote(subscriber: Subscriber, at: datetime) -> Paper:
    paper = PaperFactory.create()
    Vote.objects.create(subscriber=subscriber, paper=paper, given_at=at)
    return paper


def answered(subscriber: Subscriber, at: datetime, *, worth: bool, papers: int = 1) -> Digest:
    digest = DigestFactory.create(
        subscriber=subscriber,
        edition=EditionFactory.create(date=at.date()),
        local_date=at.date(),
        due_at=at,
        worth_reading=worth,
    )
    for position in range(papers):
        DigestPaper.objects.create(
            digest=digest,
            subscriber=subscriber,
            paper=PaperFactory.create(),
            position=position + 1,
            section=DigestPaper.Section.FOR_YOU,
            reasons=[],
        )
    return digest


@pytest.mark.parametrize("say", [like, vote], ids=["like", "vote"])
@pytest.mark.parametrize(
    ("age", "weight"),
    [(timedelta(0), 1), (HALF, 0.5), (2 * HALF, 0.25), (HALF / 2, 0.5**0.5), (-30 * DAY, 1)],
    ids=["now", "half a year", "a year", "a quarter", "to come"],
)
def test_half_a_year_halves_what_was_said(
    ada: Subscriber,
    now: datetime,
    say: Callable[[Subscriber, datetime], Paper],
    age: timedelta,
    weight: float,
) -> None:
    say(ada, now - age)

    assert weights(ada, now) == [pytest.approx(weight)]


def test_less_like_this_fades_as_well(ada: Subscriber, now: datetime) -> None:
    like(ada, now - HALF, muted=True)

    reader = as_ranked(ada, now)

    assert reader.likes == ()
    assert [one.weight for one in reader.dislikes] == [0.5]


def test_a_digest_worth_the_time_fades_from_when_it_was_due(ada: Subscriber, now: datetime) -> None:
    answered(ada, now - HALF, worth=True, papers=4)
    answered(ada, now - DAY - 2 * HALF, worth=False, papers=2)

    reader = as_ranked(ada, now)

    assert [one.weight for one in reader.likes] == [0.5 / 4] * 4
    assert [one.weight for one in reader.dislikes] == pytest.approx([0.125 * 0.5 ** (1 / 180)] * 2)


@pytest.mark.parametrize("hour", [0, 8, 23])
def test_all_digests_of_a_day_agree_whatever_the_hour_of_the_like(
    ada: Subscriber, now: datetime, hour: int
) -> None:
    midnight = now.replace(hour=0)
    like(ada, midnight - 10 * DAY + timedelta(hours=hour, minutes=30))

    at_first, at_last = weights(ada, midnight), weights(ada, midnight + DAY - timedelta(seconds=1))

    assert at_first == at_last == [pytest.approx(0.5 ** (10 / 180))]
    assert weights(ada, midnight + DAY) < at_last


def test_a_like_that_is_not_here_fades_as_others_do(ada: Subscriber, now: datetime) -> None:
    interests.like_unknown(ada, "2401.00001", "Whispered speech")
    Interest.objects.update(created_at=now - HALF)

    assert weights(ada, now) == [0.5]


def test_the_newest_of_very_many_are_used(ada: Subscriber, now: datetime) -> None:
    papers = PaperFactory.create_batch(LIKES_USED + 5)
    interests.like_all(ada, papers)

    used = [one.paper for one in as_ranked(ada, now).likes]

    assert len(used) == LIKES_USED == 200
    assert used == [paper.pk for paper in papers[:4:-1]]


def test_an_answer_changed_today_counts_whole(ada: Subscriber, now: datetime) -> None:
    paper = like(ada, now - 4 * HALF)
    assert weights(ada, now) == [pytest.approx(1 / 16)]

    interests.like(ada, paper, muted=True)
    [dislike] = as_ranked(ada, now).dislikes
    assert dislike.weight == 1

    ada.interests.update(created_at=now - 4 * HALF)
    interests.like_all(ada, [paper])
    assert weights(ada, now) == [1]


def test_a_new_vote_counts_beside_very_many_older_likes_and_none_of_them_comes_again(
    ada: Subscriber, now: datetime
) -> None:
    papers = PaperFactory.create_batch(LIKES_USED + 5)
    interests.like_all(ada, papers)
    ada.interests.update(created_at=now - DAY)
    voted, *oldest = PaperFactory.create(), *papers[:5]
    Vote.objects.create(subscriber=ada, paper=voted, given_at=now)

    reader = as_ranked(ada, now)

    assert reader.likes[0].paper == voted.pk
    assert len(reader.likes) == LIKES_USED
    pool = [PoolPaper(one.pk, frozenset(), "", "", False, 0) for one in (*oldest, voted)]
    assert choose(pool, reader) == []


def test_fading_alone_changes_no_text_and_asks_for_nothing_more(
    ada: Subscriber, now: datetime
) -> None:
    like(ada, now)

    today, later = as_ranked(ada, now), as_ranked(ada, now + HALF)

    assert [(one.paper, one.text) for one in today.likes] == [
        (one.paper, one.text) for one in later.likes
    ]
    assert as_ranked(ada, now + HALF) == later
