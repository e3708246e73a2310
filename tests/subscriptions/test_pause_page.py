"""The page behind a reader's link where digests are paused and resumed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from tests.factories import SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday


def address(reader: Subscriber) -> str:
    return links.path(Purpose.PREFERENCES, reader, NOW, page="pause")


def shown(client: Client, reader: Subscriber) -> str:
    return client.get(address(reader)).content.decode()


def test_the_page_says_when_each_pause_would_end_and_changes_nothing(client: Client) -> None:
    reader = SubscriberFactory.create()

    page = shown(client, reader)

    for day in ("Saturday 21 November", "Sunday 22 November", "Saturday 28 November"):
        assert day in page
    reader.refresh_from_db()
    assert reader.state == "active"


@pytest.mark.parametrize(
    ("length", "end"),
    [
        ("day", datetime(2026, 11, 22, tzinfo=UTC)),
        ("week", datetime(2026, 11, 28, tzinfo=UTC)),
        ("month", datetime(2026, 12, 21, tzinfo=UTC)),
    ],
)
def test_a_button_pauses_for_a_while(client: Client, length: str, end: datetime) -> None:
    reader = SubscriberFactory.create()

    answer = client.post(address(reader), {"length": length}, follow=True)

    assert "Your digest is paused" in answer.content.decode()
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == ("paused", end)


def test_a_pause_until_a_date_tells_when_the_first_digest_comes(client: Client) -> None:
    reader = SubscriberFactory.create(frequency="weekly", weekday=0)

    page = client.post(address(reader), {"until": "2026-12-24"}, follow=True).content.decode()

    assert "Monday 28 December" in page
    assert "07:00" in page


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("2026-11-19", "has come already"),
        ("2026-11-20", "has come already"),
        ("0001-01-01", "has come already"),
        ("2027-11-22", "a year at most"),
        ("9999-12-31", "a year at most"),
        ("", "choose a day"),
        ("soon", "not a day of the calendar"),
        ("2026-02-30", "not a day of the calendar"),
        ("2026-12-24\x00", "not a day of the calendar"),
        ("<b>🌅 غدا</b>", "not a day of the calendar"),
        ("9" * 10_000, "not a day of the calendar"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_kept(client: Client, until: str, words: str) -> None:
    reader = SubscriberFactory.create()

    page = client.post(address(reader), {"until": until}).content.decode()

    assert "Please look again" in page
    assert words in page
    assert until.replace("<", "&lt;").replace(">", "&gt;").replace("\x00", "")[:20] in page
    reader.refresh_from_db()
    assert reader.state == "active"


def test_today_is_that_of_the_reader(client: Client) -> None:
    reader = SubscriberFactory.create(timezone="Pacific/Kiritimati")  # the 20th ends at ten

    client.post(address(reader), {"until": "2026-11-21"})

    reader.refresh_from_db()
    assert reader.paused_until == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_resuming_takes_one_button_and_may_be_pressed_twice(client: Client) -> None:
    reader = SubscriberFactory.create(state="paused", paused_until=NOW + timedelta(days=3))
    assert "Resume now" in shown(client, reader)

    pages = [client.post(address(reader), {"resume": "now"}, follow=True) for _ in range(2)]

    assert "Saturday 21 November" in pages[1].content.decode()
    reader.refresh_from_db()
    assert reader.state == "active"


def test_a_pause_without_an_end_offers_to_resume(client: Client) -> None:
    page = shown(client, SubscriberFactory.create(state="paused"))

    assert "It comes again when you resume" in page


@pytest.mark.parametrize("state", ["pending", "unsubscribed", "suppressed"])
def test_who_gets_no_digest_has_nothing_to_pause(client: Client, state: str) -> None:
    reader = SubscriberFactory.create(state=state)

    assert "There is nothing to pause" in shown(client, reader)
    for said in ({"length": "day"}, {"until": "2026-12-24"}, {"resume": "now"}):
        client.post(address(reader), said)

    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == (state, None)


def test_it_works_without_cookies(client: Client) -> None:
    reader = SubscriberFactory.create()

    Client(enforce_csrf_checks=True).post(address(reader), {"length": "week"})

    reader.refresh_from_db()
    assert reader.state == "paused"


def test_another_purposes_link_opens_nothing(client: Client) -> None:
    reader = SubscriberFactory.create()
    token = links.token(Purpose.UNSUBSCRIBE, reader, NOW)

    assert client.post(f"/pause/{token}/", {"length": "week"}).status_code == 404
