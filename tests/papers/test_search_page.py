from datetime import date

import pytest
from django.test import Client
from django.utils.http import urlencode
from pytest_django import DjangoAssertNumQueries

from papers.models import Paper
from papers.search import index
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db


def make(**facts: object) -> Paper:
    paper = PaperFactory.create(**facts)
    index([paper.pk])
    return paper


def show(client: Client, **asked: str) -> str:
    return client.get(f"/search/?{urlencode(asked)}").content.decode()


def test_without_a_question_there_is_the_form_and_how_to_use_it(client: Client) -> None:
    page = show(client)

    assert 'name="q"' in page
    assert "Case and accents" in page
    assert "No paper was found" not in page


def test_a_paper_is_shown_with_the_words_marked(client: Client) -> None:
    make(
        title="Models of <b>Light</b>",
        abstract="Before. " * 60 + "A naïve model & more.",
        authors=["Ada Example", "Ben Other", "Cy Third", "Di Fourth", "Eva Light"],
        published_on=date(2026, 11, 20),
        has_code=True,
    )

    page = show(client, q="model LIGHT naive")

    for words in [
        "<mark>Models</mark> of &lt;b&gt;<mark>Light</mark>&lt;/b&gt;",
        "A <mark>naïve</mark> <mark>model</mark> &amp; more.",
        "<bdi>Eva <mark>Light</mark></bdi></a> et al.",
        "20 Nov 2026",
        'href="/topics/cs.CV/"',
        ">Code<",
        "1 paper<",
    ]:
        assert words in page


def test_what_was_typed_stays_in_the_form_and_is_escaped(client: Client) -> None:
    page = show(
        client,
        q='"><script>alert(1)</script>',
        author="<i>",
        topic="cs.LG",
        since="2026-11-01",
        code="on",
    )

    assert "&quot;&gt;&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert 'value="2026-11-01"' in page
    assert '<option value="cs.LG" selected>' in page
    assert "checked" in page


def test_nothing_found_says_what_to_try(client: Client) -> None:
    make()

    page = show(client, q="unheardof words", topic="cs.CV")

    assert "No paper was found" in page
    assert "try fewer" in page
    assert "/search/?q=unheardof+words" in page


def test_an_unknown_id_may_be_proposed(client: Client) -> None:
    assert "/submit/" in show(client, q="2399.99999")


@pytest.mark.parametrize("text", ["the of", "😀", "* ^ :", "\0"])
def test_nothing_to_look_for_is_told(client: Client, text: str) -> None:
    make()

    page = show(client, q=text)

    assert "There is nothing in that to look for" in page or not text.strip("\0")
    assert "No paper was found" not in page


def test_too_many_words_are_told(client: Client) -> None:
    assert "only the beginning" in show(client, q="word " * 2000)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"since": "soon"}, "Enter a valid date"),
        ({"topic": "cs.XX"}, "There is no such topic"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "must not be before"),
    ],
)
def test_a_filter_that_is_none_is_told(client: Client, asked: dict[str, str], told: str) -> None:
    answer = client.get("/search/", asked | {"q": "model"})

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert 'value="model"' in answer.content.decode()


def test_results_come_in_pages_that_keep_the_question(client: Client) -> None:
    for number in range(45):
        make(title=f"Model {number}", trending=-number)

    first, second = show(client, q="model"), show(client, q="model", page="2")

    assert "45 papers" in first
    assert "?q=model&amp;page=2" in first
    assert "Page 2 of 3" in second
    assert "/p/" in second
    assert first.count('class="entry"') == second.count('class="entry"') == 20
    assert show(client, q="model", page="99").count('class="entry"') == 5
    assert "Page 1 of 3" in show(client, q="model", page="x")


def test_a_paper_hidden_since_is_not_found(client: Client) -> None:
    paper = make(title="A Hidden Model")
    Paper.objects.filter(pk=paper.pk).update(status="hidden")

    assert "A Hidden" not in show(client, q="hidden model")


def test_it_leads_to_a_feed_of_the_same_search(client: Client) -> None:
    make(title="Model", has_code=True)

    page = show(client, q="model", code="on")

    assert "/feeds/search.atom?q=model&amp;code=on" in page


def test_it_is_read_only(client: Client) -> None:
    assert client.head("/search/?q=model").status_code == 200
    assert client.post("/search/").status_code == 405


def test_the_page_needs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        make(title=f"Study {number}", abstract="A model.", authors=[f"A{number}", "B", "C", "D"])

    with django_assert_max_num_queries(12):
        assert "25 papers" in show(client, q="model", topic="cs.CV")
