from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers.models import Paper
from tests.factories import EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db


def seen(day: str, **facts: object) -> Paper:
    return PaperFactory.create(first_seen_at=datetime.fromisoformat(f"{day}T12:00Z"), **facts)


def show(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_archive_leads_to_months_and_days_the_newest_first(client: Client) -> None:
    for day in (date(2025, 11, 3), date(2025, 10, 31), datetime.now(UTC).date()):
        EditionFactory.create(date=day)
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    EditionFactory.create(date=tomorrow)

    page = show(client, "/archive/")

    assert page.index('href="/archive/2025-11/"') < page.index('href="/archive/2025-10/"')
    assert 'href="/d/2025-10-31/"' in page
    assert f"/d/{tomorrow}/" not in page


def test_the_archive_leads_to_weeks_beside_the_days(client: Client) -> None:
    for day in (date(2025, 11, 3), date(2025, 11, 4), date(2025, 11, 12)):
        EditionFactory.create(date=day)

    page = show(client, "/archive/")

    assert page.count('href="/archive/2025-W45/"') == page.count('href="/archive/2025-W46/"') == 1


def test_an_empty_archive_says_so(client: Client) -> None:
    assert "no editions yet" in show(client, "/archive/")


def test_a_long_archive_has_pages(client: Client) -> None:
    for month in range(1, 13):
        EditionFactory.create(date=date(2024, month, 5))
    EditionFactory.create(date=date(2023, 12, 5))

    assert "/d/2023-12-05/" not in show(client, "/archive/")
    assert "/d/2023-12-05/" in show(client, "/archive/?page=2")
    assert "/d/2023-12-05/" in show(client, "/archive/?page=999")
    assert "/d/2024-12-05/" in show(client, "/archive/?page=abc")


def test_a_month_shows_what_came_in_within_it_the_most_noticed_first(client: Client) -> None:
    seen("2025-10-31", title="Before It")
    seen("2025-11-01", title="The Second", trending=1)
    seen("2025-11-30", title="The First", trending=2)
    seen("2025-12-01", title="After It")
    EditionFactory.create(date=date(2025, 11, 3))

    page = show(client, "/archive/2025-11/")

    assert page.index("The First") < page.index("The Second")
    assert "Before It" not in page
    assert "After It" not in page
    assert 'href="/d/2025-11-03/"' in page
    assert 'href="/archive/2025-10/"' in page
    assert 'href="/archive/2025-12/"' in page


def test_a_week_begins_on_monday_and_may_cross_the_year(client: Client) -> None:
    seen("2024-12-29", title="Sunday Before")
    seen("2024-12-30", title="The Monday")
    seen("2025-01-05", title="The Sunday")

    page = show(client, "/archive/2025-W01/")

    assert "The Monday" in page
    assert "The Sunday" in page
    assert "Sunday Before" not in page
    assert 'href="/archive/2024-W52/"' in page
    assert "30 December to 5 January 2025" in page


def test_hidden_papers_are_left_out(client: Client) -> None:
    seen("2025-11-01", title="The Hidden", status=Paper.Status.HIDDEN)
    seen("2025-11-01")

    assert "The Hidden" not in show(client, "/archive/2025-11/")


def test_a_month_has_pages(client: Client) -> None:
    for number in range(26):
        seen("2025-11-05", title=f"Number {number}.", trending=-number)

    assert "Number 25." not in show(client, "/archive/2025-11/")
    assert "Number 25." in show(client, "/archive/2025-11/?page=2")
    assert "Number 25." in show(client, f"/archive/2025-11/?page={'9' * 50}")


@pytest.mark.parametrize(
    "key",
    ["2020-01", "2999-01", "2020-W10", "2999-W10", "0001-01", "0001-W01", "9999-11", "9999-W51"],
)
def test_where_nothing_came_in_there_is_a_way_on(client: Client, key: str) -> None:
    answer = client.get(f"/archive/{key}/")

    assert answer.status_code == 404
    assert 'href="/archive/"' in answer.content.decode()


@pytest.mark.parametrize(
    "key",
    ["2026-13", "2026-00", "0000-01", "2026-W54", "2025-W53", "2026-W00", "26-1"],
)
def test_what_is_no_month_or_week_is_not_found(client: Client, key: str) -> None:
    assert client.get(f"/archive/{key}/").status_code == 404


@pytest.mark.parametrize("key", ["9999-12", "9999-W52", "9999-W53", "0000-W01", "0000-W52"])
def test_where_the_calendar_ends_nothing_is_found(client: Client, key: str) -> None:
    assert client.get(f"/archive/{key}/").status_code == 404


def test_papers_of_the_first_year_of_all_break_no_page(client: Client) -> None:
    seen("0001-01-02", title="The Oldest")
    seen("2025-11-05")

    assert 'href="/archive/0001-01/"' in show(client, "/archive/2025-11/")
    assert "The Oldest" in show(client, "/archive/0001-01/")
    assert "The Oldest" in show(client, "/archive/0001-W01/")


def test_looking_is_all_that_can_be_done(client: Client) -> None:
    seen("2025-11-05")

    for address in ("/archive/", "/archive/2025-11/"):
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405


def test_the_pages_need_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 29):
        seen(f"2025-11-{day:02}")
        EditionFactory.create(date=date(2025, 11, day))
    seen("2025-10-01")
    seen("2025-12-01")

    for address in ("/archive/", "/archive/2025-11/", "/archive/2025-W46/"):
        with django_assert_max_num_queries(12):
            show(client, address)
