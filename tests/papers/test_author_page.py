from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from papers.ingest import ingest
from papers.models import Author, Authorship, Paper, Signal
from papers.sources.listing import read_listing
from tests.factories import AuthorFactory, PaperFactory
from tests.papers.listing_pages import SHARED

pytestmark = pytest.mark.django_db
SAVED = SHARED / "data/seeds/002_3035eaba4817b472.txt"


def show(client: Client, author: Author, query: str = "") -> str:
    answer = client.get(author.get_absolute_url() + query)
    assert answer.status_code == 200
    return answer.content.decode()


def known(**facts: object) -> Author:
    return AuthorFactory.create(name="Xinmei Tian", **facts)


def written_by(author: Author, **facts: object) -> Paper:
    paper = PaperFactory.create(**facts)
    Authorship.objects.create(paper=paper, author=author, position=9)
    return paper


def test_an_author_is_shown_with_all_that_is_known(client: Client) -> None:
    author = known(
        affiliation="University of Wonders",
        homepage="https://example.org/tian",
        h_index=34,
        paper_count=54,
        citation_count=4246,
        novelty=55.0,
        ai_score=63.6,
        metrics_read_on=date(2026, 7, 31),
        scored_on=date(2026, 8, 1),
    )
    written_by(author, title="A Paper Here", has_code=True, published_on=date(2026, 5, 6))

    page = show(client, author)

    for words in [
        "Xinmei Tian",
        "University of Wonders",
        "https://example.org/tian",
        ">34<",
        ">54<",
        ">4,246<",
        ">55%<",
        ">64<",
        "31 July 2026",
        "1 August 2026",
        "1 paper here",
        "A Paper Here",
        "6 May 2026",
        ">Code<",
        "cs.CV",
    ]:
        assert words in page


def test_figures_that_nobody_told_are_not_made_up(client: Client) -> None:
    page = show(client, known())

    assert page.count("Nothing is known yet") == 1
    assert "unknown" not in page


def test_a_figure_of_nothing_is_not_an_unknown_one(client: Client) -> None:
    assert show(client, known(citation_count=0)).count("not known") == 4


def test_papers_come_by_date_or_by_votes(client: Client) -> None:
    author = known()
    old = written_by(author, title="The Old", published_on=date(2020, 1, 1))
    written_by(author, title="The New", published_on=date(2026, 1, 1))
    written_by(author, title="The Undated")
    Signal.objects.create(
        paper=old, source="a", kind="votes", count=9, growth=9, observed_at=datetime.now(UTC)
    )

    by_date, by_votes = show(client, author), show(client, author, "?sort=votes")

    assert by_date.index("The New") < by_date.index("The Old") < by_date.index("The Undated")
    assert by_votes.index("The Old") < by_votes.index("The New")


def test_only_a_ranking_has_numbers(client: Client) -> None:
    author = known()
    written_by(author)

    assert 'class="place"' not in show(client, author)
    assert 'class="place"' in show(client, author, "?sort=votes")


def test_feeds_of_an_author_without_homepage_are_offered(client: Client) -> None:
    author = known()

    page = show(client, author)

    for form in ("atom", "rss", "json"):
        assert f"/feeds/authors/{author.slug}.{form}" in page


def test_hidden_papers_are_left_out(client: Client) -> None:
    author = known()
    written_by(author, title="The Hidden", status=Paper.Status.HIDDEN)

    assert "The Hidden" not in show(client, author)


def test_a_stale_name_leads_to_the_right_address(client: Client) -> None:
    author = known()

    answer = client.get(f"/a/another-name-{author.pk}/")

    assert (answer.status_code, answer["Location"]) == (301, author.get_absolute_url())


def test_a_name_that_one_author_has_needs_no_number(client: Client) -> None:
    author = known()
    AuthorFactory.create(name="Xinmei Tian", merged_into=author)

    answer = client.get("/a/xinmei-tian/")

    assert (answer.status_code, answer["Location"]) == (301, author.get_absolute_url())


def test_a_name_that_several_authors_have_lists_them(client: Client) -> None:
    first, second = known(affiliation="Here"), known(affiliation="There")

    answer = client.get("/a/xinmei-tian/")

    page = answer.content.decode()
    assert answer.status_code == 300
    assert first.get_absolute_url() in page
    assert second.get_absolute_url() in page


def test_a_merged_author_leads_to_the_one_that_stayed(client: Client) -> None:
    stayed = known()
    between = AuthorFactory.create(merged_into=stayed)
    merged = AuthorFactory.create(merged_into=between)

    answer = client.get(merged.get_absolute_url())

    assert (answer.status_code, answer["Location"]) == (301, stayed.get_absolute_url())


def test_a_name_without_plain_letters_has_a_page(client: Client) -> None:
    author = AuthorFactory.create(name="田新梅")

    assert author.get_absolute_url() == f"/a/{author.pk}/"
    assert "田新梅" in show(client, author)


@pytest.mark.parametrize("slug", ["nobody", "nobody-0", f"x-{'9' * 18}", f"x-{'9' * 50}", "%00"])
def test_unknown_authors_are_not_found(client: Client, slug: str) -> None:
    assert client.get(f"/a/{slug}/").status_code == 404


def test_many_papers_have_pages(client: Client) -> None:
    author = known()
    for day in range(101):
        written_by(
            author, title=f"Number {day}.", published_on=date(2026, 1 + day // 28, 1 + day % 28)
        )

    assert "101 papers here" in show(client, author)
    assert "Number 0." not in show(client, author)
    assert "Number 0." in show(client, author, "?page=2")
    assert "Number 0." in show(client, author, "?page=99")
    assert "Number 100." in show(client, author, "?page=abc")


def test_looking_is_all_that_can_be_done(client: Client) -> None:
    address = known().get_absolute_url()

    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("query", ["", "?sort=votes"])
def test_the_page_needs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, query: str
) -> None:
    author = known()
    for _ in range(40):
        written_by(author)

    with django_assert_max_num_queries(12):
        show(client, author, query)


@pytest.mark.skipif(not SAVED.exists(), reason="needs the saved pages")
def test_the_saved_author_page_is_shown_with_its_seven_facts_and_papers(client: Client) -> None:
    read = read_listing(SAVED.read_bytes(), SAVED.name, date(2026, 7, 31))
    ingest(read, source="listing", now=timezone.now(), as_of=date(2026, 7, 31))

    page = show(client, Author.objects.get(name="Xinmei Tian", h_index=34))

    for words in ["cs.CV", ">34<", ">54<", ">4,246<", ">55%<", ">64<", "Xinmei Tian"]:
        assert words in page
    named = [
        paper.title for paper in read.papers if "Xinmei Tian" in {a.name for a in paper.authors}
    ]
    assert page.count('class="entry"') == len(named) > 0
