import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers.models import Candidate, Paper, Score, Signal
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

    assert "4 of them new in three days" in show(client, paper)


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


def test_latex_reads_well_and_markup_stays_text(client: Client) -> None:
    paper = PaperFactory.create(
        title="On $10^{-3}$ </title><script>alert(1)</script>",
        abstract="In \\textbf{bold} & $\\alpha$",
    )

    page = show(client, paper)

    assert "On 10⁻³ &lt;/title&gt;&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "In bold &amp; α" in page  # noqa: RUF001


def test_search_engines_are_told_in_their_own_words(client: Client) -> None:
    paper = PaperFactory.create(
        arxiv_id="2311.16973", title="A </script> Study", published_on=date(2023, 11, 28)
    )

    page = show(client, paper)

    told = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert told
    facts = json.loads(told[1])
    assert facts["@type"] == "ScholarlyArticle"
    assert facts["headline"] == "A </script> Study"
    assert facts["author"][0] == {"@type": "Person", "name": "Ada Example"}
    assert facts["datePublished"] == "2023-11-28"
    assert '<link rel="canonical" href="http://localhost:8000/p/2311.16973/">' in page
    assert '<meta property="og:type" content="article">' in page


def test_its_authors_and_topics_are_links_and_a_long_list_is_folded(client: Client) -> None:
    paper = PaperFactory.create(authors=[f"Author {number}" for number in range(300)])

    page = show(client, paper)

    assert page.count('href="/a/author-') == 300
    assert "And 280 more authors" in page
    assert 'href="/topics/cs.CV/"' in page


def test_votes_over_time_are_drawn_and_written_down(client: Client) -> None:
    paper = PaperFactory.create()
    for day, count, growth in ((1, 3, 3), (2, 8, 5), (5, 8, 0)):
        Signal.objects.create(
            paper=paper,
            source="test",
            kind="votes",
            observed_at=datetime(2026, 11, day, 9, tzinfo=UTC),
            count=count,
            growth=growth,
        )

    page = show(client, paper)

    assert 'points="0,103 120,103 120,8 480,8 480,8 600,8"' in page
    assert "From 3 on 1 November 2026 to 8 on 5 November 2026." in page
    assert '<th scope="row">2 Nov 2026</th><td>5</td><td>8</td>' in page
    assert "style=" not in page


def test_votes_of_one_day_draw_no_line(client: Client) -> None:
    paper = PaperFactory.create()
    Signal.objects.create(
        paper=paper, source="a", kind="votes", observed_at=datetime.now(UTC), count=3, growth=3
    )

    assert "Votes over time" not in show(client, paper)


def test_scores_come_with_their_parts_and_similar_papers(client: Client) -> None:
    paper, near = PaperFactory.create(), PaperFactory.create(title="A Near One")
    hidden = PaperFactory.create(title="A Hidden One", status=Paper.Status.HIDDEN)
    Score.objects.create(
        paper=paper,
        trending_percentile=93.4,
        novelty=71.6,
        ai_score=50.2,
        parts={
            "code": {"percentile": 100, "weight": 10},
            "attention": {"percentile": 93.1, "weight": 30},
            "odd": {},
        },
        nearest=[near.pk, hidden.pk, 999_999],
        scored_on=date(2026, 11, 20),
    )

    page = show(client, paper)

    for words in [">93<", ">72%<", ">50<", "Attention: 93 of 100, counts 75%", "20 November 2026"]:
        assert words in page
    assert "A Near One" in page
    assert "A Hidden One" not in page


def test_scores_that_are_not_there_yet_are_not_made_up(client: Client) -> None:
    page = show(client, PaperFactory.create())

    assert page.count("not known yet") == 1
    assert "unknown" not in page


def test_a_score_that_is_not_there_stands_as_such_beside_others(client: Client) -> None:
    paper = PaperFactory.create()
    Score.objects.create(paper=paper, novelty=71.6, scored_on=date(2026, 11, 20))

    assert show(client, paper).count('class="value unknown"') == 2


def test_a_withdrawn_paper_says_why_and_leads_on(client: Client) -> None:
    paper = PaperFactory.create(
        title="A Mistaken Study",
        status=Paper.Status.HIDDEN,
        withdrawn="withdrawn by its authors: an error in Lemma 2",
    )

    answer = client.get(paper.get_absolute_url())

    page = answer.content.decode()
    assert answer.status_code == 410
    assert "A Mistaken Study" in page
    assert "an error in Lemma 2" in page
    assert 'href="/"' in page


def test_looking_is_all_that_can_be_done(client: Client) -> None:
    address = PaperFactory.create().get_absolute_url()

    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("2611.00001v2", "/p/2611.00001/"),
        ("math.GT/0309136", "/p/math/0309136/"),
        ("math.GT/0309136v1", "/p/math/0309136/"),
    ],
)
def test_an_id_with_version_or_subject_class_leads_to_the_paper(
    client: Client, asked: str, address: str
) -> None:
    assert client.get(f"/p/{asked}/").headers["Location"] == address


def test_a_paper_whose_place_nobody_told_can_be_looked_for(client: Client) -> None:
    paper = PaperFactory.create(arxiv_id=None, title="Tides & Winds")

    page = client.get(paper.get_absolute_url()).text

    assert "searchtype=title&amp;query=Tides%20%26%20Winds" in page
