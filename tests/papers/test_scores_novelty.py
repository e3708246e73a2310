"""What `rank` stores of papers: how unlike earlier ones they are, computed once."""

from datetime import date, timedelta

import pytest

from papers.models import Paper, Score
from papers.scores import rank
from tests.factories import TopicFactory
from tests.papers.scored_papers import DAY, NOW, earlier_papers, paper, score

pytestmark = pytest.mark.django_db


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
