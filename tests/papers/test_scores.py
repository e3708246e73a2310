"""What `rank` stores of papers: percentile, novelty, AI score."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from papers.models import Author, Paper, Score, Signal
from papers.scores import rank
from papers.trending import UNNOTICED
from tests.factories import PaperFactory, TopicFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def paper(text: str = "", days_ago: int = 0, **facts: object) -> Paper:
    """Seen and published so many days ago; its abstract is all that it says."""
    seen_at = NOW - days_ago * DAY
    dates = {"first_seen_at": seen_at, "published_on": seen_at.date(), "updated_at": seen_at}
    return PaperFactory.create(**{"abstract": text, "title": "On", **dates, **facts})


def earlier_papers(count: int, text: str = "old known things") -> list[Paper]:
    return [paper(text, days_ago=100 - number) for number in range(count)]


def score(of: Paper) -> Score:
    return Score.objects.get(paper=of)


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


def test_a_paper_unlike_all_earlier_ones_is_more_novel_than_one_like_them() -> None:
    earlier_papers(10)
    same, unlike = paper("old known things"), paper("fresh unheard wonders")

    rank(NOW)

    assert (score(same).dissimilarity, score(unlike).dissimilarity) == (0.0, 1.0)
    assert (score(same).novelty, score(unlike).novelty) == (25.0, 75.0)


def test_fewer_than_ten_earlier_papers_are_too_few_to_tell_but_are_shown() -> None:
    old = earlier_papers(9)
    new = paper("old known things")

    rank(NOW)

    assert (score(new).dissimilarity, score(new).novelty) == (None, None)
    assert score(new).nearest == [each.pk for each in old[:-6:-1]]


def test_the_nearest_are_the_most_similar_earlier_ones_first() -> None:
    near = paper("old known things", days_ago=5)
    nearer = paper("old known things galore", days_ago=9)
    paper("nothing in common", days_ago=7)
    new = paper("old known things galore")
    later = paper("old known things galore", days_ago=-1)

    rank(NOW)

    assert score(new).nearest == [nearer.pk, near.pk]
    assert score(later).nearest[0] == new.pk


def test_other_topics_hidden_papers_and_those_over_a_year_older_are_not_compared() -> None:
    paper("old known things", days_ago=366)
    paper("old known things", days_ago=5, topic="math.LO")
    paper("old known things", days_ago=5, status=Paper.Status.HIDDEN)
    new = paper("old known things")

    rank(NOW)

    assert score(new).nearest == []


def test_without_a_date_of_publication_the_day_it_was_first_seen_counts() -> None:
    second = paper("old known things", days_ago=2, published_on=None)
    first = paper("old known things", days_ago=3)

    rank(NOW)

    assert score(first).nearest == []
    assert score(second).nearest == [first.pk]


def test_a_paper_dated_at_the_beginning_of_time_is_no_error() -> None:
    ancient = paper("old known things", published_on=date(1, 1, 1))

    rank(NOW)

    assert score(ancient).nearest == []


def test_a_paper_without_words_is_not_called_novel() -> None:
    earlier_papers(10)
    wordless = paper("", title="3 + 4 = 7")

    rank(NOW)

    assert score(wordless).dissimilarity is None


def test_a_second_run_compares_and_changes_nothing() -> None:
    earlier_papers(12)
    first = rank(NOW)

    second = rank(NOW + timedelta(hours=3))

    assert (first.compared, first.changed, first.unchanged) == (12, 12, 0)
    assert (second.compared, second.changed, second.unchanged, second.authors) == (0, 0, 12, 0)


def test_a_new_paper_is_compared_and_the_others_are_not_again() -> None:
    old = earlier_papers(11)
    rank(NOW - DAY)
    before = [score(each).dissimilarity for each in old[10:]]
    new = paper("old unheard things")

    report = rank(NOW)

    assert report.compared == 11  # the ten first had too few earlier ones, and are tried again
    assert [score(each).dissimilarity for each in old[10:]] == before
    assert score(new).dissimilarity is not None


def test_the_order_in_which_papers_were_stored_does_not_matter() -> None:
    texts = ["old known things", "known wonders", "old wonders galore"] * 6
    titles = {f"Paper {number}": text for number, text in enumerate(texts)}

    def ranked_as_stored(stored: list[str]) -> list[tuple[object, ...]]:
        Paper.objects.all().delete()
        for title in stored:
            paper(titles[title], title=title, days_ago=int(title.split()[1]), trending=1.0)
        rank(NOW)
        names = dict(Paper.objects.values_list("pk", "title"))
        scores = Score.objects.order_by("paper__title")
        return [
            (each.dissimilarity, each.novelty, each.ai_score, [names[pk] for pk in each.nearest])
            for each in scores
        ]

    assert ranked_as_stored(list(titles)) == ranked_as_stored(list(titles)[::-1])


def test_comparing_all_anew_gives_the_same_values() -> None:
    earlier_papers(12)
    paper("old unheard things")
    rank(NOW)
    before = list(Score.objects.order_by("paper").values())

    report = rank(NOW, anew=True)

    assert (report.compared, report.changed) == (13, 0)
    assert list(Score.objects.order_by("paper").values()) == before


def test_a_changed_abstract_is_compared_again() -> None:
    earlier_papers(10)
    new = paper("old known things")
    rank(NOW)
    Paper.objects.filter(pk=new.pk).update(abstract="fresh unheard wonders", updated_at=NOW)

    rank(NOW)

    assert score(new).dissimilarity == 1.0


def test_other_punctuation_is_no_other_text() -> None:
    earlier_papers(10)
    new = paper("old known things")
    rank(NOW)
    key = score(new).text_key
    Paper.objects.filter(pk=new.pk).update(abstract="Old, \\emph{known} things!", updated_at=NOW)

    report = rank(NOW)

    assert report.compared == 0
    assert score(new).text_key == key


def test_a_paper_that_moves_to_another_topic_is_compared_there() -> None:
    there = paper("old known things", days_ago=5, topic="math.LO")
    moved = paper("old known things")
    rank(NOW)
    logic = TopicFactory.create(code="math.LO")
    Paper.objects.filter(pk=moved.pk).update(primary_topic=logic, updated_at=NOW)

    rank(NOW)

    assert score(moved).nearest == [there.pk]


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

    assert list(score(new).parts) == ["attention", "code"]
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
