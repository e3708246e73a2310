"""The pages of numbers: charts, the same as tables, and a file to take along."""

import csv
from datetime import timedelta
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions.admin.numbers.charts import HEIGHT, WIDTH, Chart, Series
from subscriptions.models import DayFigures, Vote
from tests.admin_site import cost, sign_in
from tests.factories import DigestFactory, EditionFactory, PaperFactory, SubscriberFactory

NUMBERS = "/admin/subscriptions/dayfigures/"
DAY = timedelta(days=1)


# --- charts --------------------------------------------------------------------------------------


def chart(*counts: list[int | None]) -> Chart:
    series = [Series(f"series {place}", each) for place, each in enumerate(counts)]
    return Chart("test", "A test", [f"day {day}" for day in range(len(counts[0]))], series)


def test_bars_stand_on_each_other_and_none_leaves_the_picture() -> None:
    drawn = chart([3, 0, 7], [2, None, 3])

    bars = list(drawn.bars)

    assert [bar.says for bar in bars[:2]] == ["day 0: 3 series 0", "day 0: 2 series 1"]
    assert len(bars) == 4
    assert bars[1].y + bars[1].height == pytest.approx(bars[0].y, abs=0.02)
    assert all(0 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.02 for bar in bars)
    assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH for bar in bars)


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 1), (1, 1), (7, 8), (11, 15), (99, 100), (100, 100), (612, 800)]
)
def test_the_scale_ends_at_a_round_number(highest: int, top: int) -> None:
    assert chart([highest]).top == top


def test_the_table_tells_the_same_newest_first_and_what_is_not_known() -> None:
    assert chart([3, None], [0, 1]).rows == [("day 1", (None, 1)), ("day 0", (3, 0))]


def test_the_picture_is_well_formed_and_tells_apart_by_more_than_colour() -> None:
    text = render_to_string("admin/numbers/_chart.html", {"chart": chart([3, 4], [1, 1])})

    figure = ET.fromstring(text)  # noqa: S314  # our own words
    rectangles = [each for each in figure.iter("rect") if each.find("title") is not None]
    assert len(rectangles) == 4
    assert {each.get("class") for each in rectangles} == {"bar bar-1", "bar bar-2"}
    assert "style=" not in text


# --- over time -----------------------------------------------------------------------------------


def keep_days(count: int) -> None:
    today = timezone.now().date()
    for ago in range(1, count + 1):
        DayFigures.objects.create(date=today - ago * DAY, due=10, sent=9, delivered=8, bounced=1)


@pytest.mark.django_db
def test_an_empty_installation_says_when_the_first_numbers_come(admin_client: Client) -> None:
    assert "the first tick after midnight" in admin_client.get(NUMBERS).text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "days"), [("", 30), ("?days=7", 7), ("?days=365", 40), ("?days=-1&x=1", 30)]
)
def test_the_time_is_chosen_and_the_file_has_the_same_days(
    admin_client: Client, query: str, days: int
) -> None:
    keep_days(40)

    page = admin_client.get(NUMBERS + query)
    table = admin_client.get(f"{NUMBERS}table.csv{query}")

    assert page.text.count("<tr><th scope") == 2 * (days + 1)  # two charts have something to tell
    rows = list(csv.DictReader(StringIO(table.text)))
    assert len(rows) == days
    assert (rows[0]["sent"], rows[0]["active"]) == ("9", "")
    assert table["Content-Disposition"] == 'attachment; filename="numbers.csv"'


@pytest.mark.django_db
def test_shares_are_of_the_whole_time(admin_client: Client) -> None:
    keep_days(3)

    text = admin_client.get(NUMBERS).text

    assert "<dt>Delivered, of those sent</dt><dd>88.9%</dd>" in text
    assert "of those who asked" not in text


@pytest.mark.django_db
def test_papers_are_ranked_by_votes_of_that_time(admin_client: Client) -> None:
    now = timezone.now()
    old, new = (PaperFactory.create(title=title) for title in ("Old glory", "New hope"))
    for paper, ago in ((old, 20), (old, 20), (new, 2)):
        Vote.objects.create(
            paper=paper, subscriber=SubscriberFactory.create(), given_at=now - ago * DAY
        )

    month, week = (admin_client.get(f"{NUMBERS}?days={days}").text for days in (30, 7))

    assert month.index("Old glory") < month.index("New hope")
    assert "New hope" in week
    assert "Old glory" not in week


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trying_out", "told"),
    [(True, "belong to no paper"), (False, "No reader has voted in that time.")],
)
def test_invented_votes_do_not_contradict_the_ranking(
    admin_client: Client, settings: Settings, trying_out: bool, told: str
) -> None:
    settings.TRYING_OUT = trying_out

    assert told in admin_client.get(NUMBERS).text


# --- one edition ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_edition_has_its_equation_and_when_its_digests_left(admin_client: Client) -> None:
    now = timezone.now()
    edition = EditionFactory.create()
    for hours in (0, 2, 2):
        DigestFactory.create(edition=edition, state="sent", sent_at=now + timedelta(hours=hours))
    DigestFactory.create(edition=edition, state="skipped", reason="paused")

    text = admin_client.get(f"{NUMBERS}edition/{edition.pk}/").text

    assert "4 due = 3 sent + 1 skipped (1 paused)" in text
    assert "When its digests left" in text
    assert text.count("<tr><th scope") == 1 + 3


@pytest.mark.django_db
def test_an_edition_before_its_first_digest_is_zeros(admin_client: Client) -> None:
    text = admin_client.get(f"{NUMBERS}edition/{EditionFactory.create().pk}/").text

    assert "0 due" in text
    assert "When its digests left" not in text


@pytest.mark.django_db
def test_an_edition_that_is_not_there_is_not_found(admin_client: Client) -> None:
    assert admin_client.get(f"{NUMBERS}edition/99/").status_code == 404


# --- rights and cost -----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("right", "status"), [("view_dayfigures", 200), ("view_digest", 403)])
def test_numbers_are_for_who_may_see_them(client: Client, right: str, status: int) -> None:
    edition = EditionFactory.create()
    sign_in(client, Permission.objects.filter(codename=right))

    for page in ("", "table.csv", f"edition/{edition.pk}/"):
        assert client.get(NUMBERS + page).status_code == status


@pytest.mark.django_db
def test_nothing_changes_by_looking_or_posting(admin_client: Client) -> None:
    keep_days(2)
    before = list(DayFigures.objects.values())

    for method in (admin_client.get, admin_client.post):
        method(NUMBERS, {"action": "delete_selected", "_selected_action": str(before[0]["id"])})

    assert list(DayFigures.objects.values()) == before


@pytest.mark.django_db
def test_a_year_costs_as_many_queries_as_a_week(admin_client: Client) -> None:
    keep_days(300)

    assert cost(admin_client, f"{NUMBERS}?days=7") == cost(admin_client, f"{NUMBERS}?days=365")
