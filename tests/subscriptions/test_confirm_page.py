from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from subscriptions import links, signup
from subscriptions.links import Purpose
from subscriptions.models import Notice, Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
State = Subscriber.State


def pending(**facts: Any) -> Subscriber:
    return SubscriberFactory.create(**{"state": State.PENDING, "confirmed_at": None} | facts)


def address(reader: Subscriber, days_old: int = 0) -> str:
    return links.path(Purpose.CONFIRM, reader, datetime.now(UTC) - timedelta(days=days_old))


def test_looking_shows_the_choices_and_changes_nothing(client: Client) -> None:
    reader = pending(topics=["cs.CV"], frequency="weekdays", timezone="Europe/Berlin")

    answer = client.get(address(reader))
    client.head(address(reader))
    client.options(address(reader))

    page = answer.content.decode()
    assert "on weekdays at 07:00, Europe/Berlin time" in page
    assert f"Topics: {reader.topics.get().name}." in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    reader.refresh_from_db()
    assert reader.state == "pending"


def test_the_button_confirms_and_says_when_the_first_digest_comes(client: Client) -> None:
    reader = pending(timezone="Asia/Tokyo")

    page = client.post(address(reader), follow=True).content.decode()

    reader.refresh_from_db()
    assert reader.state == "active"
    assert "Your first digest comes on" in page
    assert "at 07:00</strong>" in page
    assert "These are times in Asia/Tokyo." in page


def test_the_second_press_says_already_confirmed(client: Client) -> None:
    reader = SubscriberFactory.create(confirmed_at=datetime.now(UTC) - timedelta(minutes=1))

    answer = client.post(address(reader))

    assert answer.status_code == 200
    assert "Already confirmed" in answer.content.decode()


def test_both_clicks_of_a_double_click_lead_to_the_welcome(client: Client) -> None:
    reader = pending()

    answers = [client.post(address(reader)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


def test_who_was_forgotten_meanwhile_finds_a_dead_link(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = pending()
    link = address(reader)
    confirm = signup.confirm

    def a_moment_late(reader: Subscriber, now: datetime) -> bool:
        Subscriber.objects.all().delete()
        return confirm(reader, now)

    monkeypatch.setattr(signup, "confirm", a_moment_late)

    assert client.post(link).status_code == 404


def test_who_has_paused_since_is_told_so(client: Client) -> None:
    reader = pending(state=State.PAUSED)

    assert "Your digest is paused" in client.post(address(reader)).text


def test_an_old_link_does_not_bring_back_who_has_left(client: Client) -> None:
    reader = pending(state=State.UNSUBSCRIBED)

    page = client.post(address(reader)).content.decode()

    reader.refresh_from_db()
    assert reader.state == "unsubscribed"
    assert "You have unsubscribed since" in page


def test_a_suppressed_subscriber_is_told(client: Client) -> None:
    reader = pending(state=State.SUPPRESSED)

    assert "gets no mail from us" in client.get(address(reader)).content.decode()


def test_an_expired_link_offers_a_new_one_and_mails_it_on_request(client: Client) -> None:
    reader = pending()

    looked = client.get(address(reader, days_old=8))
    assert not Notice.objects.exists()
    asked = client.post(address(reader, days_old=8))

    assert (looked.status_code, asked.status_code) == (410, 410)
    assert "Mail me a new link" in looked.content.decode()
    assert "A mail with a new link is on its way" in asked.content.decode()
    assert Notice.objects.get().kind == "confirm"
    reader.refresh_from_db()
    assert reader.state == "pending"


def test_unknown_links_share_one_page(client: Client) -> None:
    reader = pending()
    other = links.path(Purpose.UNDO, reader, datetime.now(UTC)).replace("undo", "confirm")
    true = address(reader)
    mangled = true[:-2] + ("B/" if true[-2] == "A" else "A/")
    pages = {
        client.get(one).text.replace(quote(one, safe=""), "")  # where a change of language returns
        for one in (other, "/confirm/x/", mangled)
    }

    assert len(pages) == 1
    assert client.post(other).status_code == 404
