"""Less instead of none: what the page for unsubscribing offers, by a link that can do no more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from tests.factories import SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday


def address(reader: Subscriber, days_old: int = 0) -> str:
    return links.path(Purpose.LESS, reader, NOW - timedelta(days=days_old))


def test_the_page_shows_both_choices_and_changes_nothing(client: Client) -> None:
    reader = SubscriberFactory.create()

    page = client.get(address(reader)).content.decode()

    assert page.count("<button") == 2
    reader.refresh_from_db()
    assert (reader.state, reader.frequency) == ("active", "daily")


def test_once_a_week_says_when_the_next_one_comes(client: Client) -> None:
    reader = SubscriberFactory.create()

    for _ in range(2):
        page = client.post(address(reader), {"less": "weekly"}).content.decode()
        assert "Once a week it is" in page
        assert "Monday 23 November" in page
        assert "change it back" in page

    reader.refresh_from_db()
    assert (reader.state, reader.frequency) == ("active", "weekly")


def test_a_month_without_says_when_it_ends(client: Client) -> None:
    reader = SubscriberFactory.create()

    for _ in range(2):
        page = client.post(address(reader), {"less": "pause"}).content.decode()
        assert "Your digest is paused" in page
        assert "Monday 21 December" in page

    reader.refresh_from_db()
    assert reader.paused_until == datetime(2026, 12, 21, tzinfo=UTC)


def test_a_longer_pause_is_not_cut_short(client: Client) -> None:
    until = NOW + timedelta(days=200)
    reader = SubscriberFactory.create(state="paused", paused_until=until)

    client.post(address(reader), {"less": "pause"})

    reader.refresh_from_db()
    assert reader.paused_until == until


def test_anything_else_that_is_posted_does_nothing(client: Client) -> None:
    reader = SubscriberFactory.create()

    answers = [
        client.post(address(reader), said)
        for said in ({}, {"less": "daily"}, {"less": "\x00" * 9}, {"frequency": "weekly"})
    ]

    assert {answer.status_code for answer in answers} == {200}
    reader.refresh_from_db()
    assert (reader.state, reader.frequency) == ("active", "daily")


@pytest.mark.parametrize("state", ["pending", "unsubscribed", "suppressed"])
def test_it_brings_nobody_back(client: Client, state: str) -> None:
    reader = SubscriberFactory.create(state=state)

    for less in ("weekly", "pause"):
        page = client.post(address(reader), {"less": less}).content.decode()
        assert "There is nothing to change" in page

    reader.refresh_from_db()
    assert (reader.state, reader.frequency) == (state, "daily")


def test_after_a_day_the_link_is_too_old(client: Client) -> None:
    reader = SubscriberFactory.create()

    assert client.post(address(reader, days_old=2), {"less": "weekly"}).status_code == 410

    reader.refresh_from_db()
    assert reader.frequency == "daily"


@pytest.mark.parametrize("where", ["preferences", "pause", "my-data", "undo"])
def test_its_link_opens_nothing_else(client: Client, where: str) -> None:
    token = links.token(Purpose.LESS, SubscriberFactory.create(), NOW)

    assert client.get(f"/{where}/{token}/").status_code == 404
