from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers.models import Candidate, Paper, Signal
from tests.factories import EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db


def show(client: Client, paper: Paper) -> str:
    return client.get(paper.get_absolute_url()).content.decode()


def test_a_paper_is_shown_with_all_that_is_known(client: Client) -> None:
    paper = PaperFactory.create(
        arxiv_id="2311.16973",
        title="A <b>Bold</b> Study",
        authors=[f"Author {number}" for number in range(8)],
        summary="In our own words.",
        abstract="First part.\n\nSecond part.",
        published_on=date(2023, 11, 28),
        code_url="https://code.example/study",
        also_in=["stat.ML"],
    )

    page = show(client, paper)

    for words in [
        "A &lt;b&gt;Bold&lt;/b&gt; Study",
        "Author 0",
        "Author 7",
        "In our own words.",
        "<p>Second part.</p>",
        "28 November 2023",
        "https://arxiv.org/abs/2311.16973",
        "https://arxiv.org/pdf/2311.16973",
        "https://code.example/study",
        "stat.ML",
    ]:
        assert words in page


def test_an_old_id_with_a_slash_has_a_page(client: Client) -> None:
    PaperFactory.create(arxiv_id="hep-ex/0307015", title="An Old One")

    assert "An Old One" in client.get("/p/hep-ex/0307015/").content.decode()


@pytest.mark.parametrize("odd", ["foo bar", "2401.01234v2", "a/b", "٢٤٠١.٠١٢٣٤"])
def test_a_stored_id_that_is_none_breaks_no_page(client: Client, odd: str) -> None:
    paper = PaperFactory.create(title="An Odd One")
    Paper.objects.update(arxiv_id=odd)
    paper.refresh_from_db()

    assert paper.get_absolute_url() == f"/p/n{paper.pk}/"
    page = show(client, paper)
    assert "An Odd One" in page
    assert "https://arxiv.org/abs" not in page


@pytest.mark.parametrize("address", ["/p/n٢٣/", "/p/٢٣١١.16973/", "/d/٢٠٢٦-11-20/"])
def test_digits_of_other_scripts_are_no_address(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_paper_without_arxiv_id_is_found_by_its_row(client: Client) -> None:
    paper = PaperFactory.create(arxiv_id=None, doi="10.1000/182")

    assert paper.get_absolute_url() == f"/p/n{paper.pk}/"
    assert "https://doi.org/10.1000/182" in show(client, paper)


def test_the_row_of_a_paper_with_an_arxiv_id_leads_to_its_id(client: Client) -> None:
    paper = PaperFactory.create(arxiv_id="2311.16973")

    answer = client.get(f"/p/n{paper.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, "/p/2311.16973/")


def test_votes_come_from_the_signals(client: Client) -> None:
    paper = PaperFactory.create()
    for days_ago, growth in ((9, 5), (1, 4)):
        Signal.objects.create(
            paper=paper,
            source="test",
            kind="votes",
            observed_at=datetime.now(UTC) - timedelta(days=days_ago),
            count=growth,
            growth=growth,
        )

    assert "9, 4 of them new" in show(client, paper)


def test_its_editions_are_named_but_none_of_the_future(client: Client) -> None:
    paper = PaperFactory.create()
    for day in (date(2026, 11, 1), datetime.now(UTC).date() + timedelta(days=1)):
        edition = EditionFactory.create(date=day)
        Candidate.objects.create(edition=edition, paper=paper, rank=1, score=1)

    page = show(client, paper)

    assert "/d/2026-11-01/" in page
    assert page.count('href="/d/') == 1


@pytest.mark.parametrize("facts", [{"arxiv_id": "2311.16973"}, {"arxiv_id": None}])
def test_a_hidden_paper_is_not_found(client: Client, facts: dict[str, Any]) -> None:
    paper = PaperFactory.create(status=Paper.Status.HIDDEN, **facts)

    assert client.get(paper.get_absolute_url()).status_code == 404
    assert client.get(f"/p/n{paper.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["2311.99999", "n0", "n" + "9" * 18, "n" + "9" * 50, "x", "%00"])
def test_unknown_ids_are_not_found(client: Client, name: str) -> None:
    assert client.get(f"/p/{name}/").status_code == 404


def test_the_page_needs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    paper = PaperFactory.create(authors=[f"Author {number}" for number in range(30)])

    with django_assert_max_num_queries(12):
        show(client, paper)
