from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from papers.models import Paper, Signal
from papers.signals import Observation, observe, restate
from papers.trending import UNNOTICED, votes_worth
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def seen(paper: Paper, count: int, days_ago: int = 0, kind: str = "votes") -> Observation:
    return Observation(paper.pk, "here", kind, count, NOW - timedelta(days=days_ago))


def growths() -> list[int]:
    return list(Signal.objects.order_by("observed_at").values_list("growth", flat=True))


def test_a_first_count_of_votes_is_all_growth() -> None:
    paper = PaperFactory.create()

    written = observe([seen(paper, 24)], now=NOW)

    paper.refresh_from_db()
    assert written == 1
    assert growths() == [24]
    assert votes_worth(paper.trending, NOW, half_life_hours=48) == pytest.approx(24)


@pytest.mark.parametrize("kind", ["stars", "citations"])
def test_a_first_count_of_what_was_gathered_before_is_none(kind: str) -> None:
    paper = PaperFactory.create()

    observe([seen(paper, 30_000, kind=kind)], now=NOW)

    paper.refresh_from_db()
    assert growths() == [0]
    assert paper.trending == UNNOTICED


def test_growth_is_the_difference_and_never_negative() -> None:
    paper = PaperFactory.create()

    observe([seen(paper, 5, 3), seen(paper, 9, 2), seen(paper, 7, 1), seen(paper, 8)], now=NOW)

    assert growths() == [5, 4, 0, 1]


def test_sources_and_kinds_are_counted_apart() -> None:
    paper = PaperFactory.create()
    there = Observation(paper.pk, "there", "votes", 4, NOW)

    observe([seen(paper, 5, 1), there, seen(paper, 3, kind="comments")], now=NOW)

    assert sorted(growths()) == [3, 4, 5]


def test_the_same_observations_again_change_nothing() -> None:
    paper = PaperFactory.create()
    observations = [seen(paper, 5, 1), seen(paper, 9)]
    observe(observations, now=NOW)
    paper.refresh_from_db()

    written = observe(observations, now=NOW + timedelta(hours=1))

    again = Paper.objects.get()
    assert written == 0
    assert (again.trending, again.updated_at) == (paper.trending, paper.updated_at)


def test_a_count_corrected_at_the_same_moment_is_taken_over() -> None:
    paper = PaperFactory.create()
    observe([seen(paper, 5, 1), seen(paper, 9)], now=NOW)

    observe([seen(paper, 7, 1)], now=NOW)

    assert growths() == [7, 2]


@given(order=st.permutations(range(4)), split=st.integers(0, 4))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_ends_in_the_same_trending(db: None, order: list[int], split: int) -> None:
    straight, shuffled = PaperFactory.create(), PaperFactory.create()
    counts = [(5, 4), (9, 3), (7, 1), (20, 0)]
    observe([seen(straight, *count) for count in counts], now=NOW)

    observations = [seen(shuffled, *counts[place]) for place in order]
    observe(observations[:split], now=NOW)
    observe(observations[split:], now=NOW)

    straight.refresh_from_db()
    shuffled.refresh_from_db()
    assert shuffled.trending == straight.trending


def test_a_paper_that_is_gone_is_passed_over() -> None:
    paper = PaperFactory.create()
    gone = Observation(paper.pk + 1, "here", "votes", 5, NOW)

    assert observe([gone, seen(paper, 5)], now=NOW) == 1


def test_many_papers_take_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    papers = PaperFactory.create_batch(30)

    with django_assert_max_num_queries(8):
        observe([seen(paper, 5) for paper in papers], now=NOW)


# --- restating a series ----------------------------------------------------------------


def test_a_restated_series_is_all_there_is_of_it() -> None:
    paper = PaperFactory.create()
    observe([seen(paper, 5, 3), seen(paper, 9, 2), seen(paper, 12, 1)], now=NOW)

    day = timedelta(days=1)
    written = restate(paper.pk, "here", "votes", {NOW - 3 * day: 5, NOW - day: 6, NOW: 8}, NOW)

    assert written == 3  # one forgotten, one corrected, one new
    assert growths() == [5, 1, 2]


def test_restating_takes_growth_out_of_trending_as_if_it_had_never_been() -> None:
    paper = PaperFactory.create()
    observe([seen(paper, 5, 3), seen(paper, 3, kind="comments")], now=NOW)
    paper.refresh_from_db()
    before = paper.trending
    restate(paper.pk, "readers", "votes", {NOW: 7}, NOW)
    paper.refresh_from_db()
    risen = paper.trending

    restate(paper.pk, "readers", "votes", {}, NOW)

    paper.refresh_from_db()
    assert risen > before
    assert paper.trending == before


def test_restating_leaves_other_sources_kinds_and_papers_alone() -> None:
    paper, other = PaperFactory.create(), PaperFactory.create()
    there = Observation(paper.pk, "there", "votes", 4, NOW)
    observe([there, seen(paper, 3, kind="comments"), seen(other, 5), seen(paper, 9)], now=NOW)

    restate(paper.pk, "here", "votes", {}, NOW)

    assert sorted(growths()) == [3, 4, 5]


def test_restating_the_same_again_changes_nothing() -> None:
    paper = PaperFactory.create()
    restate(paper.pk, "here", "votes", {NOW: 7}, NOW)
    paper.refresh_from_db()

    written = restate(paper.pk, "here", "votes", {NOW: 7}, NOW + timedelta(hours=1))

    again = Paper.objects.get()
    assert written == 0
    assert (again.trending, again.updated_at) == (paper.trending, paper.updated_at)


def test_restating_a_paper_that_is_gone_is_passed_over() -> None:
    gone = PaperFactory.create()
    number = gone.pk
    gone.delete()

    assert restate(number, "here", "votes", {NOW: 7}, NOW) == 0
