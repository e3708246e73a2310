from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from papers.models import Candidate, Edition, Paper
from tests.factories import EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def place(edition: Edition, rank: int, title: str, placement: str = "ranked") -> Paper:
    paper = PaperFactory.create(title=title)
    Candidate.objects.create(
        edition=edition, paper=paper, rank=rank, score=-rank, placement=placement
    )
    return paper


def show(client: Client, address: str = "/d/2026-11-20/") -> str:
    return client.get(address).content.decode()


def test_papers_come_by_rank_pinned_ones_first_and_dropped_ones_not(client: Client) -> None:
    edition = EditionFactory.create(date=DAY)
    place(edition, 1, "The Second")
    place(edition, 2, "The Dropped", "dropped")
    place(edition, 3, "The First", "pinned")

    page = show(client)

    assert page.index("The First") < page.index("The Second")
    assert "The Dropped" not in page
    assert "2 papers" in page


def test_a_paper_hidden_since_is_gone(client: Client) -> None:
    paper = place(EditionFactory.create(date=DAY), 1, "The Hidden")
    Paper.objects.filter(pk=paper.pk).update(status="hidden")

    assert "The Hidden" not in show(client)


def test_it_leads_to_the_editions_before_and_after(client: Client) -> None:
    for day in (1, 18, 20, 21):
        EditionFactory.create(date=date(2026, 11, day))

    page = show(client)

    assert "/d/2026-11-18/" in page
    assert "/d/2026-11-21/" in page
    assert "/d/2026-11-01/" not in page


def test_where_there_is_none_the_nearest_earlier_one_is_offered(client: Client) -> None:
    EditionFactory.create(date=date(2026, 11, 18))
    EditionFactory.create(date=date(2026, 11, 21))

    answer = client.get("/d/2026-11-20/")

    assert answer.status_code == 404
    assert 'href="/d/2026-11-18/"' in answer.content.decode()


def test_an_edition_of_the_future_is_not_shown(client: Client) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    EditionFactory.create(date=tomorrow)

    assert client.get(f"/d/{tomorrow}/").status_code == 404


@pytest.mark.parametrize(("hour", "status"), [(4, 404), (5, 200)])
def test_todays_is_not_shown_before_its_hour(
    client: Client, settings: Settings, hour: int, status: int
) -> None:
    settings.EDITION_HOUR = 5
    EditionFactory.create(date=DAY - timedelta(days=1))
    EditionFactory.create(date=DAY)

    with time_machine.travel(datetime(2026, 11, 20, hour, tzinfo=UTC), tick=False):
        answer = client.get("/d/2026-11-20/")
        before = show(client, "/d/2026-11-19/")

    assert answer.status_code == status
    assert ("/d/2026-11-20/" in before) == (status == 200)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-00-00", "today", "2026-1-1"])
def test_what_is_no_date_is_not_found(client: Client, day: str) -> None:
    assert client.get(f"/d/{day}/").status_code == 404


def test_a_long_edition_has_pages(client: Client) -> None:
    edition = EditionFactory.create(date=DAY)
    for rank in range(1, 28):
        place(edition, rank, f"Number {rank}.")

    assert "Number 26." not in show(client)
    second = show(client, "/d/2026-11-20/?page=2")
    assert "Number 26." in second
    assert ">26<" in second
    assert "Number 26." in show(client, "/d/2026-11-20/?page=999")


def test_the_number_of_queries_does_not_grow_with_the_edition(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    edition = EditionFactory.create(date=DAY)
    for rank in range(40):
        place(edition, rank, f"Number {rank}.")

    with django_assert_max_num_queries(12):
        show(client)


def test_an_empty_edition_says_so(client: Client) -> None:
    EditionFactory.create(date=DAY)

    assert "No papers came in" in show(client)


def test_one_topic_of_it_can_be_chosen(client: Client) -> None:
    edition = EditionFactory.create(date=DAY)
    place(edition, 1, "Of Vision")
    learning = PaperFactory.create(title="Of Learning", topic="cs.LG")
    Candidate.objects.create(edition=edition, paper=learning, rank=2, score=1)

    page = show(client, "/d/2026-11-20/?topic=cs.LG")

    assert "Of Learning" in page
    assert "Of Vision" not in page
    assert 'href="?topic=cs.CV"' in page


def test_a_topic_that_it_has_not_shows_all_of_it(client: Client) -> None:
    place(EditionFactory.create(date=DAY), 1, "Of Vision")

    assert "Of Vision" in show(client, "/d/2026-11-20/?topic=%00nonsense")


def test_before_the_first_one_that_one_is_offered(client: Client) -> None:
    EditionFactory.create(date=date(2026, 11, 18))

    answer = client.get("/d/2020-01-01/")

    assert answer.status_code == 404
    assert 'href="/d/2026-11-18/"' in answer.content.decode()


def test_its_one_address_is_told_whatever_is_chosen(client: Client) -> None:
    place(EditionFactory.create(date=DAY), 1, "Of Vision")

    page = show(client, "/d/2026-11-20/?topic=cs.CV&from=mail")

    assert '<link rel="canonical" href="http://localhost:8000/d/2026-11-20/">' in page


def test_looking_is_all_that_can_be_done(client: Client) -> None:
    EditionFactory.create(date=DAY)

    assert client.head("/d/2026-11-20/").status_code == 200
    assert client.post("/d/2026-11-20/").status_code == 405
