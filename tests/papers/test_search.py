"""The same promises on SQLite and on PostgreSQL: `LOOKED_FOR` is asserted on both."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from papers.models import Author, Paper, Topic
from papers.search import Filters, Matches, index, parse
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def make(title: str, *, trending: float = 0, days_ago: int = 0, **facts: object) -> Paper:
    when = NOW - timedelta(days=days_ago)
    paper = PaperFactory.create(
        **{"title": title, "abstract": "", "trending": trending, "first_seen_at": when} | facts
    )
    index([paper.pk])
    return paper


@pytest.fixture
def library() -> None:
    make("Attention Is All You Need", authors=["Łukasz Kaiser", "Noam Shazeer"], trending=9)
    make("Diffusion Models Beat GANs", abstract="Attention helps.", trending=5, has_code=True)
    make("On Naïve Bayes", authors=["José Müller-O’Brien"], arxiv_id="hep-ex/0307015", trending=3)
    make("Kaiser Windows", abstract="No need for a model.", trending=2, topic="eess.SP")
    make("A Model of Everything", abstract="We beat it.", trending=-1, doi="10.1145/12.34")
    make("Small Words", abstract="State space models. Cabin of states.", authors=["Bo An"])
    make("GPT-4 and 量子 Physics", arxiv_id="2311.16973", authors=["Kaiser Model", "Bo Li"])
    make("Hidden Diffusion", status="hidden", trending=99)


LOOKED_FOR = {
    # all words in the title, then in title and authors, then anywhere; then by trending
    "model": ["Diffusion", "A Model", "GPT-4", "Kaiser", "Small"],
    "MODELLING": ["Diffusion", "A Model", "GPT-4", "Kaiser", "Small"],
    "attention": ["Attention", "Diffusion"],
    "attention need": ["Attention"],
    "kaiser": ["Kaiser", "Attention", "GPT-4"],
    "attention kaiser": ["Attention"],
    "lukasz": ["Attention"],
    "Łukasz": ["Attention"],
    "naive": ["On Naïve"],
    "NAÏVE": ["On Naïve"],
    "nai\u0308ve": ["On Naïve"],
    "jose muller": ["On Naïve"],
    "José Mu\u0308ller": ["On Naïve"],
    "o'brien": ["On Naïve"],
    "beat the model": ["Diffusion", "A Model"],
    '"state space"': ["Small"],
    '"space state"': [],
    "spaces state": ["Small"],
    '"state space': ["Small"],
    "“state space” models": ["Small"],
    '"everything ada"': [],  # no phrase reaches from the title into the names
    "gpt-4": ["GPT-4"],
    "量子": ["GPT-4"],
    "2311.16973": ["GPT-4"],
    "arXiv:2311.16973v3": ["GPT-4"],
    "https://arxiv.org/pdf/2311.16973v1.pdf": ["GPT-4"],
    "https://doi.org/10.48550/arXiv.2311.16973": ["GPT-4"],
    "2311.16973 physics": ["GPT-4"],
    "2311.16973 chemistry": [],
    "hep-ex/0307015": ["On Naïve"],
    "HEP-EX/0307015v2": ["On Naïve"],
    "(https://arxiv.org/abs/hep-ex/0307015)": ["On Naïve"],
    "10.1145/12.34": ["A Model"],
    "https://doi.org/10.1145/12.34": ["A Model"],
    "2311.16973 hep-ex/0307015": ["On Naïve", "GPT-4"],
    "2399.99999": [],
    "unheardof": [],
    "hidden": [],
}


@pytest.mark.parametrize("text", LOOKED_FOR)
def test_what_is_looked_for_is_found_in_order(library: None, text: str) -> None:
    found = Matches(parse(text))

    titles = dict(Paper.objects.values_list("pk", "title"))
    shown = [titles[pk] for pk in found[0:20]]
    assert found.count() == len(shown)
    expected = LOOKED_FOR[text]
    assert len(shown) == len(expected), shown
    assert all(map(str.startswith, shown, expected)), shown


@pytest.mark.parametrize(
    "text",
    [
        "model AND attention OR NOT NEAR(x y) * ^ : -",
        'title:model "unclosed',
        "' \" \\ %s %(x)s ; -- & | ! <-> :* ()",
        "\0model\0",
        "😀 🤖 👩‍🔬",
        "{title} : model",
        '""""',
        "the of and",
        "a" * 10_000,
        "model " * 2_000,
        "ﷺ" * 10_000,
        '"' * 10_000,
        "\u202e\ufeff\ud7ff\uffff",
        "½ ℡ ǆ ﬁ İ ß",
        "10.1145/" + "9" * 600,
        "http://" * 100 + "2311.16973",
    ],
)
def test_no_text_is_an_error(library: None, text: str) -> None:
    found = Matches(parse(text, Filters(author=text)))

    assert len(found[0:20]) == found.count()


def test_more_words_than_can_be_looked_for_are_left_out_and_told() -> None:
    many = parse(" ".join(f"word{number}" for number in range(60)))
    short = parse("model model")

    assert (len(many.phrases), many.shortened) == (32, True)
    assert (short.phrases, short.shortened) == ((("model",),), False)
    assert parse("model " * 200).shortened


def test_a_text_of_small_words_and_signs_asks_for_nothing() -> None:
    for text in ("", "  ", "the AND of", "😀", "***", '"'):
        assert not parse(text).asks_for_something


def test_within_a_tier_trending_comes_first_then_the_newest_then_the_row() -> None:
    first = make("Model one", trending=1, days_ago=9)
    older = make("Model two", days_ago=2)
    newer = make("Model three", days_ago=1)
    same = make("Model four", days_ago=1)

    assert Matches(parse("model"))[0:9] == [first.pk, newer.pk, same.pk, older.pk]


def test_pages_follow_each_other_across_tiers(library: None) -> None:
    found = Matches(parse("model"))

    whole = found[0:20]
    assert [found[start : start + 2] for start in (0, 2, 4)] == [whole[:2], whole[2:4], whole[4:]]


@pytest.mark.parametrize(
    ("filters", "text", "expected"),
    [
        ({"has_code": True}, "model", ["Diffusion Models Beat GANs"]),
        ({"has_code": True}, "", ["Diffusion Models Beat GANs"]),
        ({"author": "kaiser"}, "windows", []),
        ({"author": "lukasz KAISER"}, "", ["Attention Is All You Need"]),
        ({"author": "bo an"}, "", ["Small Words"]),
        ({"author": "an"}, "space", ["Small Words"]),
        ({"author": "kaiser"}, "attention", ["Attention Is All You Need"]),
        ({"topic": "eess.SP"}, "", ["Kaiser Windows"]),
        ({"topic": "eess.SP"}, "model", ["Kaiser Windows"]),
        ({"topic": "eess.SP"}, "diffusion", []),
    ],
)
def test_filters_narrow_what_is_found(
    library: None, filters: dict[str, object], text: str, expected: list[str]
) -> None:
    if "topic" in filters:
        filters = {"topic": Topic.objects.get(code=filters["topic"])}

    ids = Matches(parse(text, Filters(**filters)))[0:20]  # type: ignore[arg-type]  # as listed

    assert [Paper.objects.get(pk=pk).title for pk in ids] == expected


def test_days_of_publication_are_inclusive() -> None:
    for day in (9, 10, 11, 12):
        make(f"Model of day {day}", published_on=date(2026, 11, day), trending=-day)

    filters = Filters(since=date(2026, 11, 10), until=date(2026, 11, 11))
    ids = Matches(parse("model", filters))[0:20]

    assert [Paper.objects.get(pk=pk).title for pk in ids] == ["Model of day 10", "Model of day 11"]


def test_a_topic_counts_as_primary_and_as_another() -> None:
    make("Model one", topic="cs.LG")
    make("Model two", topic="cs.CV", also_in=["cs.LG"], trending=-1)
    topic = Topic.objects.get(code="cs.LG")

    assert Matches(parse("model", Filters(topic=topic))).count() == 2


def test_indexing_again_takes_the_new_words_and_forgets_the_old() -> None:
    paper = make("Old Words", authors=["Old Name"])
    Paper.objects.update(title="New Terms")
    Author.objects.update(name="New Person")

    index([paper.pk])
    index([paper.pk, paper.pk, 10**9])

    for text, count in (("old", 0), ("terms", 1), ("person", 1)):
        assert Matches(parse(text)).count() == count, text


def test_a_name_is_found_as_the_paper_gives_it_and_as_the_author_has_it() -> None:
    paper = make("A Paper", authors=["Jane Longname"])
    paper.authorships.update(named="J. Shortname")

    index([paper.pk])

    for text in ("longname", "shortname"):
        assert Matches(parse(text)).count() == 1, text


def test_a_deleted_paper_leaves_the_index() -> None:
    gone, kept = make("Model one"), make("Model two")

    gone.delete()

    assert Matches(parse("model"))[0:9] == [kept.pk]
    assert rows_of_the_index() == {kept.pk}


def test_many_papers_are_indexed_in_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ids = [PaperFactory.create().pk for _ in range(30)]

    with django_assert_max_num_queries(9):
        index(ids)

    assert rows_of_the_index() == set(ids)


def test_the_command_makes_the_index_anew_and_twice_changes_nothing() -> None:
    kept = PaperFactory.create(title="Model one")
    gone = make("Model two")
    forget(kept, gone)
    restore_a_row_of(10**9)

    told = [run_command(), run_command()]

    assert told == ["papers indexed: 2\n"] * 2
    assert rows_of_the_index() == {kept.pk, gone.pk}
    assert Matches(parse("model")).count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_has_an_empty_index() -> None:
    make("Model one")

    call_command("flush", interactive=False, verbosity=0)

    assert rows_of_the_index() == set()


def run_command() -> str:
    output = StringIO()
    call_command("search_index", stdout=output)
    return output.getvalue()


def column() -> str:
    return "rowid" if connection.vendor == "sqlite" else "paper_id"


def rows_of_the_index() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column()} FROM papers_search")  # noqa: S608  # as named above
        return {row[0] for row in cursor.fetchall()}


def forget(*papers: Paper) -> None:
    with connection.cursor() as cursor:
        for paper in papers:
            cursor.execute(f"DELETE FROM papers_search WHERE {column()} = {paper.pk}")  # noqa: S608  # as above


def restore_a_row_of(paper_id: int) -> None:
    words = "title" if connection.vendor == "sqlite" else "words"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO papers_search ({column()}, {words}) VALUES (%s, 'model')",  # noqa: S608  # as above
            [paper_id],
        )
