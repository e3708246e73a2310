"""The page after confirming: when the first digest comes, and today's at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from papers.models import Paper
from subscriptions import interests, links
from subscriptions.digests import pipeline
from subscriptions.links import Purpose
from subscriptions.models import Digest, Subscriber
from tests.factories import SubscriberFactory, TopicFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def address(reader: Subscriber) -> str:
    return links.path(Purpose.PREFERENCES, reader, NOW, page="welcome")


def send_today(client: Client, reader: Subscriber) -> str:
    return client.post(address(reader), {"today": "now"}, follow=True).content.decode()


@pytest.fixture
def reader(at_nine: None) -> Subscriber:
    reader = SubscriberFactory.create(topics=["cs.CV"], timezone="Asia/Tokyo")
    reader.next_send_at = reader.next_send_after(NOW)
    reader.save()
    return reader


def test_it_says_when_the_first_digest_comes_in_the_readers_zone(
    client: Client, reader: Subscriber
) -> None:
    page = client.get(address(reader)).content.decode()

    assert "Your first digest comes on <strong>Saturday 21 November at 07:00</strong>" in page
    assert "These are times in Asia/Tokyo." in page
    assert "Send me today’s now" in page


def test_looking_sends_nothing(client: Client, reader: Subscriber) -> None:
    client.get(address(reader), {"today": "now"})

    assert not Digest.objects.exists()


def test_todays_digest_is_opened_at_once_and_the_next_one_comes_later(
    client: Client, reader: Subscriber, todays_papers: list[Paper]
) -> None:
    page = send_today(client, reader)

    digest = reader.digests.get()
    reader.refresh_from_db()
    assert digest.local_date == NOW.date()
    assert digest.state == "pending"
    assert "on its way" in page
    assert reader.next_send_at is not None
    assert reader.next_send_at > NOW


def test_pressing_twice_sends_one(
    client: Client, reader: Subscriber, todays_papers: list[Paper], mailbox: Any
) -> None:
    send_today(client, reader)
    send_today(client, reader)
    pipeline.run(lambda: NOW)
    page = send_today(client, reader)
    pipeline.run(lambda: NOW)

    assert reader.digests.get().state == "sent"
    assert mailbox.count() == 1
    assert "has been sent to you" in page


@pytest.mark.parametrize("state", ["pending", "paused", "unsubscribed", "suppressed"])
def test_who_is_not_active_is_sent_nothing(client: Client, reader: Subscriber, state: str) -> None:
    reader.state = state
    reader.save()

    page = send_today(client, reader)

    assert not Digest.objects.exists()
    assert "Send me today’s now" not in page


def test_keywords_time_and_zone_are_saved_and_all_else_stays(
    client: Client, reader: Subscriber
) -> None:
    interests.choose_topics(reader, reader.topics.all(), [TopicFactory.create(code="cs.RO")])
    interests.choose_keywords(reader, [], ["robots", "blockchain"])
    typed = {"keywords": "diffusion models\nrobot", "send_hour": "18", "timezone": "Europe/Berlin"}

    client.post(address(reader), typed)
    client.post(address(reader), typed)

    reader.refresh_from_db()
    assert (reader.send_hour, reader.timezone) == (18, "Europe/Berlin")
    words = reader.interests.keywords()
    assert set(words.followed().values_list("text", flat=True)) == {"diffusion models", "robot"}
    assert set(words.muted().values_list("text", flat=True)) == {"blockchain"}
    assert reader.interests.topics().count() == 2


def test_what_cannot_be_saved_is_explained_and_kept(client: Client, reader: Subscriber) -> None:
    typed = {"keywords": "robots\nx", "send_hour": "24", "timezone": "Mars/Olympus"}

    page = client.post(address(reader), typed).content.decode()

    assert "“x” is a single letter" in page
    assert "is not a time zone" in page
    assert "robots\nx" in page
    assert not reader.interests.keywords().exists()


def test_coming_back_later_is_harmless(client: Client, reader: Subscriber) -> None:
    before = Subscriber.objects.values().get()

    client.get(address(reader))
    client.post(address(reader), {})

    assert Subscriber.objects.values().get() == before


def test_it_speaks_the_readers_language(client: Client, reader: Subscriber) -> None:
    Subscriber.objects.update(language="de")

    assert client.get(address(reader))["Content-Language"] == "de"


def test_without_cookies_it_works_all_the_same(
    reader: Subscriber, todays_papers: list[Paper]
) -> None:
    client = Client()

    client.post(address(reader), {"today": "now"})
    client.cookies.clear()
    answer = client.get(address(reader))

    assert "on its way" in answer.content.decode()
