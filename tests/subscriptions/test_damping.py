"""Many votes of new readers at once count less for trending, and all the same where votes are told.

NEW and SETTLED are readers who confirmed a day and a month before they vote.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import editions
from papers.cards import Votes, votes_of
from papers.explaining import attention
from papers.models import Paper, Signal
from papers.signals import reckon
from papers.trending import UNNOTICED, score_of, votes_worth
from subscriptions import erasing, leaving, signup, voting
from subscriptions.damping import NEW_FOR, damped, damped_hours, is_new
from subscriptions.models import Subscriber, Vote
from tests.factories import PaperFactory, SubscriberFactory

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEW, SETTLED = DAY, 30 * DAY
HALF_LIFE = 48.0


def readers(count: int, now: datetime, since: timedelta) -> list[Subscriber]:
    return SubscriberFactory.create_batch(count, confirmed_at=now - since)


def voted(count: int, now: datetime, since: timedelta, paper: Paper | None = None) -> Paper:
    """A paper with the votes of so many readers."""
    paper = paper or PaperFactory.create(first_seen_at=now - HOUR)
    for reader in readers(count, now, since):
        voting.vote(reader, paper, now)
    return paper


def trending(paper: Paper) -> float:
    return Paper.objects.get(pk=paper.pk).trending


def worth(paper: Paper, now: datetime) -> float:
    return votes_worth(trending(paper), now, HALF_LIFE)


# --- the arithmetic ----------------------------------------------------------------------------


def test_the_first_few_count_whole_and_the_others_as_their_square_root() -> None:
    assert [damped(votes) for votes in (0, 1, 2, 3, 6, 11, 18)] == [0, 1, 2, 3, 4, 5, 6]
    assert damped(50) == pytest.approx(8.93, abs=0.01)


@given(votes=st.integers(0, 100_000))
def test_one_vote_more_always_counts_and_never_more_than_one(votes: int) -> None:
    assert 0 < damped(votes + 1) - damped(votes) <= 1


@pytest.mark.parametrize(
    ("since", "new"),
    [(timedelta(0), True), (NEW_FOR - timedelta(seconds=1), True), (NEW_FOR, False)],
)
def test_a_reader_is_new_for_seven_days(now: datetime, since: timedelta, new: bool) -> None:
    assert is_new(now - since, now) == new


def test_who_is_not_known_to_have_confirmed_is_new(now: datetime) -> None:
    assert is_new(None, now)


def test_fifty_who_spread_their_votes_over_their_new_days_as_well_as_can_be_stay_below_twenty() -> (
    None
):
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    end = midnight + NEW_FOR
    moments = [end, *(end - HOUR - days * DAY for days in range(7))]  # on eight days
    given = Counter[datetime]()
    for _ in range(50):  # each goes where it gains most
        given[max(moments, key=lambda at: gained(given[at], at, end))] += 1

    hours = [(at, given[at], given[at]) for at in sorted(given)]
    counting = {at: float(count) for at, count, _ in hours} | dict(damped_hours(hours))
    bought = score_of([("votes", count, at) for at, count in counting.items()], HALF_LIFE)

    assert given.total() == 50
    assert bought < score_of([("votes", 20, end)], HALF_LIFE)


def gained(votes: int, at: datetime, end: datetime) -> float:
    """By one more."""
    return float((damped(votes + 1) - damped(votes)) * 2 ** -((end - at) / (HALF_LIFE * HOUR)))


# --- votes -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_fifty_new_readers_do_not_lift_a_paper_above_twenty_settled_votes(now: datetime) -> None:
    earned, bought = voted(20, now, SETTLED), voted(50, now, NEW)

    edition = editions.build(now)

    ranks = list(edition.candidates.order_by("rank").values_list("paper", flat=True))
    assert ranks == [earned.pk, bought.pk]
    assert worth(bought, now) == pytest.approx(damped(50))


@pytest.mark.django_db
def test_what_is_told_of_votes_is_their_true_number(now: datetime) -> None:
    paper = voted(50, now, NEW)

    signal = Signal.objects.get()
    assert votes_of([paper.pk], now)[paper.pk] == Votes(total=50, growth=50)
    assert (signal.count, signal.growth) == (50, 50)


@pytest.mark.django_db
def test_a_few_votes_of_new_readers_count_whole(now: datetime) -> None:
    paper = voted(3, now, NEW)

    assert trending(paper) == trending(voted(3, now, SETTLED))
    assert Signal.objects.get(paper=paper).damped_growth is None


@pytest.mark.django_db
def test_settled_readers_are_never_damped_also_beside_new_ones(now: datetime) -> None:
    alone = voted(40, now, SETTLED)
    among_new = voted(40, now, SETTLED, voted(12, now, NEW))

    assert worth(alone, now) == pytest.approx(40)
    assert worth(among_new, now) == pytest.approx(40 + damped(12))


@pytest.mark.django_db
def test_a_site_of_new_readers_only_has_its_papers_in_the_same_order(now: datetime) -> None:
    papers = [voted(count, now, NEW) for count in (2, 5, 9, 10)]

    assert papers == sorted(papers, key=trending)


@pytest.mark.django_db
def test_the_hours_of_a_day_are_damped_together_and_days_apart(now: datetime) -> None:
    paper = PaperFactory.create()
    for at in (now, now + 2 * HOUR, now + DAY):
        voted(3, at, NEW, paper)

    told = Signal.objects.order_by("observed_at").values_list("growth", "damped_growth")
    assert list(told) == [(3, None), (3, pytest.approx(damped(6) - damped(3))), (3, None)]


@pytest.mark.django_db
def test_the_order_in_which_votes_come_does_not_matter(now: datetime) -> None:
    everybody = [*readers(8, now, NEW), *readers(4, now, SETTLED)]
    given = [(reader, now + (number % 3) * HOUR) for number, reader in enumerate(everybody)]
    scores = set()
    for seed in range(4):
        paper = PaperFactory.create()
        for reader, at in Random(seed).sample(given, len(given)):  # noqa: S311  # any order will do
            voting.vote(reader, paper, at)
        scores.add(trending(paper))

    assert len(scores) == 1


@pytest.mark.django_db
def test_taking_back_gives_exactly_the_score_from_before(now: datetime) -> None:
    paper = voted(6, now, NEW, voted(2, now, SETTLED))
    before, told = trending(paper), list(Signal.objects.values("growth", "damped_growth"))
    [late] = readers(1, now, NEW)

    voting.vote(late, paper, now - HOUR)  # the earliest of the day: it moves what the others count
    risen = trending(paper)
    voting.take_back(late, paper, now + HOUR)

    assert risen != before
    assert trending(paper) == before
    assert list(Signal.objects.values("growth", "damped_growth")) == told


@pytest.mark.django_db
def test_once_few_enough_are_left_they_count_whole_again(now: datetime) -> None:
    paper = voted(5, now, NEW)
    for vote in Vote.objects.all()[:2]:
        voting.take_back(vote.subscriber, paper, now)

    assert Signal.objects.get().damped_growth is None
    assert worth(paper, now) == pytest.approx(3)


@pytest.mark.django_db
def test_taking_all_back_leaves_nothing(now: datetime) -> None:
    paper = voted(6, now, NEW)
    for reader in Subscriber.objects.all():
        voting.take_back_all(reader, now)
        voting.take_back_all(reader, now)

    assert (trending(paper), Signal.objects.count()) == (UNNOTICED, 0)


@pytest.mark.django_db
def test_an_erased_reader_leaves_no_trace_in_what_the_others_count(now: datetime) -> None:
    paper, other = voted(6, now, NEW), voted(7, now, NEW)
    leaver = Vote.objects.filter(paper=other).first()
    assert leaver

    erasing.erase(leaver.subscriber, now)

    assert trending(other) == trending(paper)


@pytest.mark.django_db
def test_voting_twice_and_reckoning_anew_change_nothing(now: datetime) -> None:
    paper = voted(9, now, NEW)
    before = (trending(paper), Paper.objects.get().updated_at)

    for reader in Subscriber.objects.all():
        assert not voting.vote(reader, paper, now + DAY)
    reckon([paper.pk], now=now + 20 * DAY)

    assert (trending(paper), Paper.objects.get().updated_at) == before


@pytest.mark.django_db
def test_new_readers_who_settle_meanwhile_change_no_score(now: datetime) -> None:
    paper = voted(9, now, NEW)
    [late] = readers(1, now, SETTLED)
    before = trending(paper)

    voting.vote(late, paper, now + 30 * DAY)
    voting.take_back(late, paper, now + 30 * DAY)

    assert trending(paper) == before


@pytest.mark.django_db
def test_who_leaves_and_confirms_anew_keeps_what_their_votes_count(now: datetime) -> None:
    paper = voted(9, now, SETTLED)
    reader, *_ = Subscriber.objects.all()
    leaving.unsubscribe(reader, now)
    signup.ask_to_subscribe(reader.email, [], now=now + HOUR)
    signup.confirm(reader, now + 2 * HOUR)

    reckon([paper.pk], now=now + DAY)
    [late] = readers(1, now, SETTLED)
    voting.vote(late, paper, now)

    assert worth(paper, now) == pytest.approx(10)


@pytest.mark.django_db
def test_votes_of_before_this_was_kept_count_whole(now: datetime) -> None:
    paper = PaperFactory.create()
    Vote.objects.bulk_create(
        Vote(subscriber=reader, paper=paper, given_at=now) for reader in readers(9, now, NEW)
    )

    voted(1, now, NEW, paper)

    assert worth(paper, now) == pytest.approx(10)


@pytest.mark.django_db
def test_editors_are_told_that_votes_are_damped(now: datetime) -> None:
    damped_paper, whole = voted(7, now, NEW), voted(7, now, SETTLED)

    told = attention([damped_paper.pk, whole.pk], now, HALF_LIFE)

    assert str(told[damped_paper.pk].parts[0]).endswith(
        "7 votes of 20 Nov from readers count 4.2, for many at once are of new readers"
    )
    assert str(told[whole.pk].parts[0]).endswith("from readers count 7.0")
    assert str(told[damped_paper.pk]).startswith("7 votes")
