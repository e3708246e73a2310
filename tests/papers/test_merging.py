"""Authors who are one person are merged in the admin, and stay merged."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from papers.ingest import ingest
from papers.models import Author, AuthorId, Paper
from papers.search import Matches, parse
from papers.sources import Fetched, FetchedAuthor, FetchedPaper
from tests.admin_site import form_of
from tests.factories import AuthorFactory, PaperFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
LIST = "/admin/papers/author/"


def merge(client: Client, *authors: Author, kept: Author | None = None) -> Any:
    chosen = [author.pk for author in authors]
    kept = kept or authors[0]
    asked = {"action": "merge", "_selected_action": chosen, "confirmed": "1", "kept": kept.pk}
    return client.post(LIST, asked, follow=True)


@pytest.fixture
def jane() -> Author:
    return AuthorFactory.create(name="Jane Smith", h_index=7)


@pytest.fixture
def j_smith() -> Author:
    return AuthorFactory.create(name="J. Smith", affiliation="Harbour University", h_index=3)


def test_papers_ids_and_missing_facts_pass_over(
    admin_client: Client, jane: Author, j_smith: Author
) -> None:
    paper = PaperFactory.create(authors=["J. Smith", "Lin Wu"])
    both = PaperFactory.create(authors=["Jane Smith", "J. Smith"])
    AuthorId.objects.create(author=j_smith, scheme="orcid", value="1")

    merge(admin_client, jane, j_smith)

    jane.refresh_from_db()
    assert [author.name for author in paper.authors.order_by("authorships")] == [
        "Jane Smith",
        "Lin Wu",
    ]
    assert [author.name for author in both.authors.all()] == ["Jane Smith"]
    assert (jane.affiliation, jane.h_index) == ("Harbour University", 7)
    assert [str(each) for each in jane.ids.all()] == ["orcid:1"]


def test_an_ingest_afterwards_does_not_part_them_again(admin_client: Client) -> None:
    told = FetchedPaper(
        "A Study of Tides", arxiv_id="2611.00001", authors=(FetchedAuthor("J. Smith"),)
    )
    ingest(Fetched((told,)), source="arxiv-api", now=NOW)
    jane = AuthorFactory.create(name="Jane Smith")
    merge(admin_client, jane, Author.objects.get(name="J. Smith"))

    report = ingest(Fetched((told,)), source="arxiv-api", now=NOW)

    assert report.unchanged == 1
    assert [author.name for author in Paper.objects.get().authors.all()] == ["Jane Smith"]


def test_a_new_paper_under_the_other_name_goes_to_the_one_kept(
    admin_client: Client, jane: Author, j_smith: Author
) -> None:
    merge(admin_client, jane, j_smith)

    new = FetchedPaper("A Later Study", authors=(FetchedAuthor("J. Smith"),))
    ingest(Fetched((new,)), source="arxiv-api", now=NOW)

    assert [author.name for author in Paper.objects.get().authors.all()] == ["Jane Smith"]


def test_the_page_of_the_other_leads_to_the_one_kept(
    admin_client: Client, client: Client, jane: Author, j_smith: Author
) -> None:
    address = j_smith.get_absolute_url()
    merge(admin_client, jane, j_smith)

    assert client.get(address).headers["Location"] == jane.get_absolute_url()


def test_merging_twice_in_a_row_leads_to_the_last(admin_client: Client, jane: Author) -> None:
    first, second = AuthorFactory.create(name="J. Smith"), AuthorFactory.create(name="J Smith")
    merge(admin_client, second, first)

    merge(admin_client, jane, second)

    assert Author.objects.get(pk=first.pk).merged_into == jane


def test_who_was_merged_is_found_by_the_papers_of_both(
    admin_client: Client, jane: Author, j_smith: Author
) -> None:
    paper = PaperFactory.create(authors=["J. Smith"])

    merge(admin_client, jane, j_smith)

    assert Matches(parse("jane smith"))[:5] == [paper.pk]


def test_nothing_happens_before_it_is_confirmed(
    admin_client: Client, jane: Author, j_smith: Author
) -> None:
    chosen = [jane.pk, j_smith.pk]
    page = admin_client.post(LIST, {"action": "merge", "_selected_action": chosen})

    assert "Merge these authors?" in page.text
    assert "Harbour University" in page.text
    assert not Author.objects.exclude(merged_into=None).exists()


def test_one_alone_cannot_be_merged(admin_client: Client, jane: Author) -> None:
    page = merge(admin_client, jane)

    assert "Choose the two or more that are one person." in page.text


def test_one_who_is_not_among_them_cannot_be_kept(
    admin_client: Client, jane: Author, j_smith: Author
) -> None:
    stranger = AuthorFactory.create(name="A Stranger")

    merge(admin_client, jane, j_smith, kept=stranger)

    assert not Author.objects.exclude(merged_into=None).exists()


def test_what_an_editor_writes_of_an_author_stays(admin_client: Client, jane: Author) -> None:
    address = reverse("admin:papers_author_change", args=[jane.pk])

    admin_client.post(address, form_of(admin_client, address) | {"h_index": "9"})

    jane.refresh_from_db()
    assert (jane.h_index, jane.told_by["h_index"][0]) == (9, "editor")
