from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.trending import UNNOTICED, add_signal, score_of, votes_worth

NOW = datetime(2026, 11, 21, tzinfo=UTC)
HALF_LIFE = 48.0

signals = st.lists(
    st.tuples(
        st.sampled_from(["votes", "comments", "stars", "citations"]),
        st.integers(1, 100_000),
        st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    ),
    min_size=1,
    max_size=20,
)


def test_ten_votes_now_are_worth_ten_votes_now() -> None:
    score = score_of([("votes", 10, NOW)], HALF_LIFE)

    assert votes_worth(score, NOW, HALF_LIFE) == pytest.approx(10)


def test_votes_are_worth_half_after_one_half_life() -> None:
    score = score_of([("votes", 10, NOW)], HALF_LIFE)

    assert votes_worth(score, NOW + timedelta(hours=48), HALF_LIFE) == pytest.approx(5)


def test_the_published_tie_of_a_half_life_of_48_hours_holds() -> None:
    def votes_given(count: int, hours_ago: int) -> float:
        at = NOW - timedelta(hours=hours_ago)
        return votes_worth(score_of([("votes", count, at)], HALF_LIFE), NOW, HALF_LIFE)

    # a 6-hour-old paper with 20 votes, and a 72-hour-old one
    assert votes_given(51, hours_ago=72) < votes_given(20, hours_ago=6)
    assert votes_given(52, hours_ago=72) == pytest.approx(votes_given(20, hours_ago=6), rel=0.01)
    assert votes_given(53, hours_ago=72) > votes_given(20, hours_ago=6)


def test_a_paper_rises_again_when_new_votes_come() -> None:
    old = score_of([("votes", 20, NOW - timedelta(days=30))], HALF_LIFE)
    young = score_of([("votes", 10, NOW - timedelta(days=1))], HALF_LIFE)
    assert old < young

    assert add_signal(old, 10.0, NOW, HALF_LIFE) > young


def test_signals_add_up() -> None:
    score = score_of([("votes", 10, NOW), ("citations", 5, NOW)], HALF_LIFE)

    assert votes_worth(score, NOW, HALF_LIFE) == pytest.approx(20)


@pytest.mark.parametrize("seen", [[], [("votes", 0, NOW)], [("sighs", 9, NOW)]])
def test_a_paper_that_nobody_noticed_stays_below_all(seen: list[tuple[str, int, datetime]]) -> None:
    assert score_of(seen, HALF_LIFE) == UNNOTICED
    assert votes_worth(UNNOTICED, NOW, HALF_LIFE) == 0


@given(signals)
def test_the_order_of_signals_does_not_matter(seen: list[tuple[str, int, datetime]]) -> None:
    assert score_of(seen, HALF_LIFE) == score_of(reversed(seen), HALF_LIFE)


@given(signals)
def test_attention_never_lowers_a_score(seen: list[tuple[str, int, datetime]]) -> None:
    score = score_of(seen, HALF_LIFE)

    assert add_signal(score, 1.0, NOW, HALF_LIFE) >= score
