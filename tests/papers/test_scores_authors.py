"""What `rank` stores of authors, and what it leaves alone."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from papers.ingest.precedence import Claim
from papers.models import Author, Paper, Score, Topic
from papers.scores.authors import rank_authors
from tests.factories import AuthorFactory, PaperFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = NOW.date()


def scored(ai_score: float | None, days_ago: int = 0, **facts: object) -> Paper:
    """A paper by Ada alone with this AI score, its novelty one point above."""
    seen = {"first_seen_at": NOW - timedelta(days=days_ago), "published_on": None}
    paper = PaperFactory.create(**{"authors": ["Ada"], **seen, **facts})
    novelty = None if ai_score is None else ai_score + 1
    Score.objects.create(paper=paper, ai_score=ai_score, novelty=novelty, scored_on=TODAY)
    return paper


def ada() -> Author:
    return Author.objects.get(name="Ada")


def told(field: str, value: object, source: str) -> Author:
    """Ada, of whom a source told a value."""
    claims = {field: Claim(source).as_json()}
    return AuthorFactory.create(**{"name": "Ada", field: value, "told_by": claims})


def test_novelty_is_the_mean_of_all_their_papers() -> None:
    scored(20.0)
    scored(61.0, days_ago=4000)
    scored(None)

    assert rank_authors(TODAY) == 1

    assert ada().novelty == 41.5
    assert ada().scored_on == TODAY
    assert ada().told_by["novelty"] == Claim("rank").as_json()


def test_the_ai_score_is_the_mean_of_the_ten_best() -> None:
    for ai_score in range(1, 13):
        scored(float(ai_score))

    rank_authors(TODAY)

    assert ada().ai_score == 7.5


def test_the_ai_score_is_of_the_last_three_years() -> None:
    scored(90.0, days_ago=1096)
    scored(30.0, days_ago=1095)

    rank_authors(TODAY)

    assert ada().ai_score == 30.0


def test_hidden_papers_do_not_count() -> None:
    scored(30.0)
    scored(90.0, status=Paper.Status.HIDDEN)

    rank_authors(TODAY)

    assert ada().ai_score == 30.0


def test_the_main_topic_is_the_most_frequent_one() -> None:
    for topic in ("cs.LG", "math.LO", "math.LO"):
        scored(1.0, topic=topic)

    rank_authors(TODAY)

    assert ada().main_topic == Topic.objects.get(code="math.LO")


def test_of_equally_frequent_topics_the_first_of_the_taxonomy_is_the_main_one() -> None:
    first, second = Topic.objects.filter(code__in=["math.LO", "cs.LG"]).order_by("position")
    for topic in (second, first):
        scored(1.0, topic=topic.code)

    rank_authors(TODAY)

    assert ada().main_topic == first


@pytest.mark.parametrize("field", ["novelty", "ai_score"])
@pytest.mark.parametrize("source", ["listing", "editor", "semantic-scholar"])
def test_what_a_source_told_stays(field: str, source: str) -> None:
    told(field, 77.0, source)
    scored(30.0)

    rank_authors(TODAY)

    assert getattr(ada(), field) == 77.0
    assert ada().told_by[field] == Claim(source).as_json()


def test_a_main_topic_that_a_source_told_stays() -> None:
    topic = Topic.objects.get(code="math.LO")
    told("main_topic_id", topic.pk, "listing")
    scored(1.0, topic="cs.LG")

    rank_authors(TODAY)

    assert ada().main_topic == topic


def test_a_value_whose_teller_was_not_noted_stays() -> None:
    AuthorFactory.create(name="Ada", novelty=77.0)
    scored(30.0)

    rank_authors(TODAY)

    assert ada().novelty == 77.0


def test_what_was_computed_before_follows_the_papers() -> None:
    paper = scored(30.0)
    rank_authors(TODAY)
    Score.objects.filter(paper=paper).update(ai_score=40.0)

    rank_authors(TODAY)

    assert ada().ai_score == 40.0


def test_who_loses_all_papers_loses_what_was_computed() -> None:
    paper = scored(30.0)
    rank_authors(TODAY)
    paper.delete()

    rank_authors(TODAY)

    assert (ada().novelty, ada().ai_score, ada().main_topic) == (None, None, None)


def test_a_second_time_nothing_changes() -> None:
    scored(30.0)
    rank_authors(TODAY)

    assert rank_authors(TODAY + timedelta(days=1)) == 0

    assert ada().scored_on == TODAY


def test_all_else_of_an_author_stays_as_it_is() -> None:
    AuthorFactory.create(name="Ada", affiliation="Example University", h_index=12)
    scored(30.0)

    rank_authors(TODAY)

    assert (ada().affiliation, ada().h_index, ada().name_key) == ("Example University", 12, "ada")
    assert Author.objects.count() == 1


def test_ten_authors_take_as_many_queries_as_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(10):
        scored(float(number), authors=[f"Author {number}", f"Colleague {number}"])

    with django_assert_max_num_queries(8):
        assert rank_authors(TODAY) == 20
