from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Notice, Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db


def address(purpose: Purpose, reader: Subscriber, days_old: int = 0) -> str:
    return links.path(purpose, reader, datetime.now(UTC) - timedelta(days=days_old))


def test_the_page_offers_one_button_and_changes_nothing(client: Client) -> None:
    reader = SubscriberFactory.create()

    answer = client.get(address(Purpose.UNSUBSCRIBE, reader))

    assert answer.content.decode().count("<button") == 1
    assert not answer.cookies
    reader.refresh_from_db()
    assert reader.state == "active"


def test_the_button_unsubscribes_and_offers_an_undo(client: Client) -> None:
    reader = SubscriberFactory.create()

    answer = client.post(address(Purpose.UNSUBSCRIBE, reader) + "?page")

    assert answer.status_code == 200
    assert "/undo/" in answer.content.decode()
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"
    assert Notice.objects.get().kind == "goodbye"


def test_who_has_left_is_told_so(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    page = client.get(address(Purpose.UNSUBSCRIBE, reader)).content.decode()

    assert "You are unsubscribed" in page
    assert "<button" not in page


def test_undo_needs_a_button(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    client.get(address(Purpose.UNDO, reader))
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"

    page = client.post(address(Purpose.UNDO, reader)).content.decode()
    reader.refresh_from_db()
    assert reader.state == "active"
    assert "You are subscribed" in page


def test_undo_twice_says_the_same(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")
    first = client.post(address(Purpose.UNDO, reader))

    second = client.post(address(Purpose.UNDO, reader))

    assert first.content == second.content


def test_undo_after_a_month_leads_to_the_front_page(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    answer = client.post(address(Purpose.UNDO, reader, days_old=31))

    assert answer.status_code == 410
    assert "Go to the front page" in answer.content.decode()
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"


@pytest.mark.parametrize(
    ("state", "confirmed", "words"),
    [("unsubscribed", False, "One step left"), ("suppressed", True, "gets no mail from us")],
)
def test_undo_promises_no_digest_where_none_comes(
    client: Client, state: str, confirmed: bool, words: str
) -> None:
    confirmed_at = datetime.now(UTC) if confirmed else None
    reader = SubscriberFactory.create(state=state, confirmed_at=confirmed_at)

    assert words in client.post(address(Purpose.UNDO, reader)).content.decode()


def test_a_forwarded_mail_brings_nobody_back(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    answer = client.post(address(Purpose.UNSUBSCRIBE, reader) + "?page")

    assert answer.status_code == 200
    assert "/undo/" not in answer.content.decode()
