"""What operators see and do with the standing orders in the admin site."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from papers.models import ScheduledIngest
from tests.admin_site import act, cost, form_of, sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/scheduledingest/"
REPORT = {
    "read": 50,
    "created": 7,
    "updated": 1,
    "unchanged": 42,
    "problem_count": 25,
    "problems": [f"https://example.org:{line}: the <title> is missing." for line in range(20)],
    "notes": ["no announcement today"],
    "watermark": "2026-11-20",
    "whole": True,
}


@pytest.fixture
def operator(client: Client, settings: Settings) -> Client:
    settings.INGEST_SCHEDULED = True
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


def order(source: str = "daily-papers", **facts: object) -> ScheduledIngest:
    ScheduledIngest.objects.filter(source=source).update(**facts)
    return ScheduledIngest.objects.get(source=source)


def change(client: Client, row: ScheduledIngest, **typed: object) -> str:
    page = f"{LIST}{row.pk}/change/"
    return client.post(page, {**shown_in_form(client, page), **typed}).text


def shown_in_form(client: Client, page: str) -> dict[str, Any]:
    return {name: fact for name, fact in form_of(client, page).items() if fact is not None}


def test_the_list_says_how_each_source_stands(operator: Client) -> None:
    now = timezone.now()
    order(last_success_at=now - timedelta(hours=3), last_report=REPORT, next_at=now)
    order("arxiv-feed", failures=2, last_error="arXiv cannot be reached: try again later.")

    text = operator.get(LIST).text

    assert "3\xa0hours ago" in text
    assert "read 50, created 7 (no announcement today)" in text
    assert "arXiv cannot be reached: try again later." in text
    assert "never: not enabled" in text  # arXiv's search
    assert "at the next tick" in text
    assert "not yet" in text


def test_where_nothing_is_asked_by_itself_the_list_says_why(
    operator: Client, settings: Settings
) -> None:
    settings.INGEST_SCHEDULED = False

    assert "never: INGEST_SCHEDULED is false" in operator.get(LIST).text


def test_a_page_of_one_shows_its_problems_escaped_and_how_many_more(operator: Client) -> None:
    row = order(last_report=REPORT)

    text = operator.get(f"{LIST}{row.pk}/change/").text

    assert "the &lt;title&gt; is missing" in text
    assert "… and 5 more" in text


def test_one_that_never_ran_can_be_opened(operator: Client) -> None:
    assert operator.get(f"{LIST}{order().pk}/change/").status_code == 200


def test_asked_for_by_hand_it_is_due_at_the_next_tick(operator: Client) -> None:
    later = timezone.now() + timedelta(days=1)
    row, other = order(next_at=later), order("arxiv-oai", next_at=later)

    said = act(operator, LIST, "ask", row)

    row.refresh_from_db()
    other.refresh_from_db()
    assert "asked at the next tick. Sources: 1." in said
    assert (row.next_at, other.next_at) == (None, later)


def test_it_is_switched_off_and_nothing_else_is_written(operator: Client) -> None:
    row = order()
    lease = datetime(2026, 11, 20, tzinfo=UTC)
    page = f"{LIST}{row.pk}/change/"
    facts = shown_in_form(operator, page)
    facts.pop("enabled")
    order(leased_until=lease, cursor="2026-11-19 0")

    operator.post(page, facts)

    row.refresh_from_db()
    assert (row.enabled, row.leased_until, row.cursor) == (False, lease, "2026-11-19 0")


def test_another_watermark_begins_a_new_reading(operator: Client) -> None:
    row = order(watermark="2026-11-20", cursor="2026-11-19 0")

    change(operator, row, watermark="2026-11-01")

    row.refresh_from_db()
    assert (row.watermark, row.cursor) == ("2026-11-01", "")


def test_a_watermark_that_is_no_day_is_refused_in_words(operator: Client) -> None:
    row = order(watermark="2026-11-20")

    text = change(operator, row, watermark="last week")

    row.refresh_from_db()
    assert "Expected a day such as 2026-07-31" in text
    assert row.watermark == "2026-11-20"


def test_orders_are_neither_added_nor_deleted_by_hand(operator: Client) -> None:
    for page in ("add", f"{order().pk}/delete"):
        assert operator.post(f"{LIST}{page}/", {"post": "yes"}).status_code == 403


def test_without_the_right_to_change_it_is_only_read(client: Client) -> None:
    sign_in(client, Permission.objects.filter(codename="view_scheduledingest"))
    row = order(next_at=timezone.now())

    act(client, LIST, "ask", row)

    row.refresh_from_db()
    assert row.next_at is not None
    assert client.post(f"{LIST}{row.pk}/change/", {}).status_code == 403


def test_the_list_costs_the_same_however_much_there_is_to_tell(operator: Client) -> None:
    before = cost(operator, LIST)

    ScheduledIngest.objects.update(last_report=REPORT, last_success_at=timezone.now())

    assert cost(operator, LIST) == before
