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
