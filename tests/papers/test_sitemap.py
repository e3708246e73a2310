from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from papers import sitemaps
from papers.models import Paper
from tests.factories import AuthorFactory, EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_index_leads_to_every_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps.PaperSitemap, "limit", 2)
    for _ in range(3):
        PaperFactory.create()

    index = read(client, "/sitemap.xml")

    for file in ("pages.xml", "editions.xml", "papers.xml", "papers.xml?p=2", "authors.xml"):
        assert f"/sitemap-{file}<" in index
    assert datetime.now(UTC).date().isoformat() in index


def test_papers_are_listed_with_their_last_change_hidden_ones_not(
    client: Client, settings: Settings
) -> None:
    settings.SITE_URL = "https://papers.example:8443"
    PaperFactory.create(arxiv_id="2311.16973")
    PaperFactory.create(arxiv_id="2311.00001", status=Paper.Status.HIDDEN)

    papers = read(client, "/sitemap-papers.xml")

    assert "<loc>https://papers.example:8443/p/2311.16973/</loc><lastmod>" in papers
    assert "2311.00001" not in papers


def test_editions_authors_and_topics_are_listed_but_none_of_the_future(client: Client) -> None:
    EditionFactory.create(date=date(2026, 11, 1))
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    EditionFactory.create(date=tomorrow)
    author = AuthorFactory.create()
    merged = AuthorFactory.create(merged_into=author)

    editions, authors = read(client, "/sitemap-editions.xml"), read(client, "/sitemap-authors.xml")

    assert "/d/2026-11-01/" in editions
    assert f"/d/{tomorrow}/" not in editions
    assert author.get_absolute_url() in authors
    assert merged.get_absolute_url() not in authors
    assert "/topics/cs.CV/" in read(client, "/sitemap-pages.xml")


def test_an_empty_site_has_a_sitemap(client: Client) -> None:
    assert "/sitemap-papers.xml" in read(client, "/sitemap.xml")
    assert "<urlset" in read(client, "/sitemap-papers.xml")


@pytest.mark.parametrize("address", ["/sitemap-none.xml", "/sitemap-papers.xml?p=99"])
def test_files_that_are_none_are_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_file_takes_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        PaperFactory.create()

    for address in ("/sitemap.xml", "/sitemap-papers.xml", "/sitemap-authors.xml"):
        with django_assert_max_num_queries(12):
            read(client, address)


def test_robots_are_told_of_the_sitemap(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://papers.example"

    answer = client.get("/robots.txt")

    assert answer["Content-Type"] == "text/plain"
    assert "Sitemap: https://papers.example/sitemap.xml" in answer.content.decode()
