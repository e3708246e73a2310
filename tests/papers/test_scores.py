"""What `rank` stores of papers: percentile of trending, AI score and its parts."""

from datetime import date

import pytest
from pytest_django import Settings

from papers.models import Author, Paper, Score, Signal
from papers.scores import rank
from papers.trending import UNNOTICED
from tests.papers.scored_papers import DAY, NOW, earlier_papers, paper, score

pytestmark = pytest.mark.django_db


def test_trending_stands_as_a_percentile_within_the_topic() -> None:
    low, middle, high = (paper(trending=trending) for trending in (1.0, 2.0, 3.0))
    elsewhere = paper(trending=9.0, topic="math.LO")

    rank(NOW)

    percentiles = [score(each).trending_percentile for each in (low, middle, high, elsewhere)]
    assert percentiles == [16.7, 50.0, 83.3, 50.0]


def test_equal_papers_get_the_same_percentile() -> None:
    tied = [paper(trending=2.0), paper(trending=2.0)]
    paper(trending=1.0)

    rank(NOW)

    assert [score(each).trending_percentile for each in tied] == [66.7, 66.7]


def test_a_paper_that_nobody_noticed_is_at_0_beside_noticed_ones() -> None:
    unnoticed, noticed = paper(), paper(trending=1.0)

    rank(NOW)

    assert score(unnoticed).trending_percentile == 0
    assert score(noticed).trending_percentile == 75


def test_where_no_paper_was_noticed_the_percentile_is_unknown() -> None:
    unnoticed = paper()

    rank(NOW)

    assert unnoticed.trending == UNNOTICED
    assert score(unnoticed).trending_percentile is None


def test_only_papers_of_the_last_30_days_have_a_percentile() -> None:
    old, new = paper(days_ago=31, trending=9.0), paper(days_ago=30, trending=1.0)

    rank(NOW)

    assert score(old).trending_percentile is None
    assert score(new).trending_percentile == 50


def test_trending_itself_does_not_change_with_time() -> None:
    paper(trending=3.0)

    rank(NOW)
    rank(NOW + DAY)

    assert Paper.objects.get().trending == 3.0


def test_a_hidden_paper_loses_its_score_and_gets_it_again_when_shown() -> None:
    hidden = paper(trending=1.0)
    rank(NOW)
    Paper.objects.update(status=Paper.Status.HIDDEN)
    rank(NOW)
    assert not Score.objects.exists()
    Paper.objects.update(status=Paper.Status.VISIBLE)

    rank(NOW)

    assert score(hidden).trending_percentile == 50


def test_the_ai_score_is_the_weighted_mean_of_its_parts(settings: Settings) -> None:
    settings.AI_SCORE_WEIGHTS = {"attention": 3.0, "authors": 2.0, "code": 1.0, "novelty": 4.0}
    earlier_papers(10)
    new = paper("fresh unheard wonders", trending=1.0, has_code=True)
    Author.objects.update(h_index=7)

    rank(NOW)

    assert score(new).parts == {
        "attention": {"percentile": 50.0, "weight": 3.0},
        "authors": {"percentile": 50.0, "weight": 2.0},
        "code": {"percentile": 100.0, "weight": 1.0},
        "novelty": {"percentile": 50.0, "weight": 4.0},
    }
    assert score(new).ai_score == 55.0
    assert score(new).scored_on == date(2026, 11, 20)


def test_the_weight_of_an_unknown_part_is_shared_by_the_others(settings: Settings) -> None:
    settings.AI_SCORE_WEIGHTS = {"attention": 3.0, "authors": 2.0, "code": 1.0, "novelty": 4.0}
    new = paper(trending=1.0)

    rank(NOW)

    assert score(new).parts.keys() == {"attention", "code"}
    assert score(new).ai_score == 37.5


def test_a_part_of_weight_0_is_left_out(settings: Settings) -> None:
    settings.AI_SCORE_WEIGHTS = {"attention": 3.0, "authors": 2.0, "code": 0.0, "novelty": 4.0}
    new = paper(trending=1.0, has_code=True)

    rank(NOW)

    assert list(score(new).parts) == ["attention"]


def test_code_alone_makes_no_ai_score() -> None:
    new = paper(has_code=True)

    rank(NOW)

    assert score(new).ai_score is None
    assert list(score(new).parts) == ["code"]


def test_the_best_known_h_index_of_its_authors_counts() -> None:
    weak, strong = paper(authors=["A One", "B Two"]), paper(authors=["C Three", "A One"])
    unknown = paper(authors=["D Four"])
    Author.objects.filter(name="A One").update(h_index=3)
    Author.objects.filter(name="C Three").update(h_index=30)

    rank(NOW)

    assert score(weak).parts["authors"]["percentile"] == 25
    assert score(strong).parts["authors"]["percentile"] == 75
    assert "authors" not in score(unknown).parts


def test_citations_for_its_age_stand_for_attention_when_they_are_better() -> None:
    old, young, uncited = paper(days_ago=300), paper(days_ago=60), paper(days_ago=60)
    for cited, count in ((old, 10), (young, 9), (uncited, 0)):
        Signal.objects.create(
            paper=cited, source="there", kind="citations", observed_at=NOW, count=count
        )

    rank(NOW)

    attention = [score(each).parts["attention"]["percentile"] for each in (old, young, uncited)]
    assert attention == [50.0, 83.3, 0.0]


def test_only_the_topics_asked_for_are_looked_at() -> None:
    there, elsewhere = paper(), paper(topic="math.LO")
    assert there.primary_topic

    report = rank(NOW, topics=[there.primary_topic])

    assert report.changed == 1
    assert not Score.objects.filter(paper=elsewhere).exists()


def test_no_papers_are_no_error() -> None:
    report = rank(NOW)

    assert (report.changed, report.unchanged, report.compared, report.authors) == (0, 0, 0, 0)
