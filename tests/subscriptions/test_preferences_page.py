from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Notice, Subscriber
from tests.factories import SubscriberFactory, TopicFactory

pytestmark = pytest.mark.django_db
CHOICES = {
    "frequency": "weekly",
    "weekday": "2",
    "send_hour": "18",
    "timezone": "Asia/Kolkata",
    "paper_count": "25",
}


def address(reader: Subscriber, days_old: int = 0) -> str:
    return links.path(Purpose.PREFERENCES, reader, datetime.now(UTC) - timedelta(days=days_old))


def save(client: Client, reader: Subscriber, **changes: Any) -> Any:
    return client.post(address(reader), CHOICES | changes, follow=True)


def test_the_page_shows_what_is_chosen(client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"], timezone="America/New_York")

    answer = client.get(address(reader))

    page = answer.content.decode()
    assert reader.email in page
    assert 'value="cs.CV" checked' in page
    assert '<option value="America/New_York" selected>' in page
    assert "Your next digest comes on" in page
    assert answer["Cache-Control"] == "no-store"


def test_looking_changes_nothing(client: Client) -> None:
    reader = SubscriberFactory.create()
    before = Subscriber.objects.values().get()

    client.get(address(reader))
    client.head(address(reader))

    assert Subscriber.objects.values().get() == before


def test_saving_keeps_everything_and_says_so(client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    TopicFactory.create(code="cs.CL")

    answer = save(client, reader, topics=["cs.CL"])

    reader.refresh_from_db()
    assert reader.schedule.hour == 18
    assert (reader.frequency, reader.weekday, reader.paper_count) == ("weekly", 2, 25)
    assert reader.timezone == "Asia/Kolkata"
    assert [topic.code for topic in reader.topics.all()] == ["cs.CL"]
    assert reader.next_send_at == reader.next_send_after(datetime.now(UTC))
    page = answer.content.decode()
    assert "Saved." in page
    assert "Wednesday" in page
    assert "at 18:00, Asia/Kolkata time" in page


def test_saving_twice_is_harmless(client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])

    save(client, reader, topics=["cs.CV"])
    save(client, reader, topics=["cs.CV"])

    assert reader.interests.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"paper_count": "2"}, "greater than or equal to 3"),
        ({"paper_count": "26"}, "less than or equal to 25"),
        ({"paper_count": "many"}, "whole number"),
        ({"send_hour": "24"}, "24 is not one of"),
        ({"send_hour": "soon"}, "soon is not one of"),
        ({"weekday": "7"}, "7 is not one of"),
        ({"timezone": "Mars/Olympus"}, "is not a time zone"),
        ({"frequency": ""}, "required"),
        ({"topics": ["no.SUCH"]}, "There is no topic"),
    ],
)
def test_what_cannot_be_saved_is_explained_and_kept(
    client: Client, changes: dict[str, Any], words: str
) -> None:
    reader = SubscriberFactory.create(paper_count=7)

    answer = save(client, reader, **changes)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "Please look again" in page
    reader.refresh_from_db()
    assert (reader.paper_count, reader.frequency) == (7, "daily")


def test_a_zone_with_an_old_name_stays_chosen(client: Client) -> None:
    reader = SubscriberFactory.create(timezone="EST")

    assert '<option value="EST" selected>' in client.get(address(reader)).content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("pending", "Not confirmed yet"),
        ("paused", "Your digest is paused"),
        ("unsubscribed", "Send me my digest again"),
        ("suppressed", "gets no mail from us"),
    ],
)
def test_the_page_says_how_things_stand(client: Client, state: str, words: str) -> None:
    reader = SubscriberFactory.create(state=state)

    page = client.get(address(reader)).content.decode()

    assert words in page
    assert "Your next digest" not in page


def test_an_expired_link_offers_a_new_one(client: Client) -> None:
    reader = SubscriberFactory.create(paper_count=7)

    answer = client.post(address(reader, days_old=91), CHOICES)

    assert answer.status_code == 410
    assert Notice.objects.get().kind == "link"
    reader.refresh_from_db()
    assert reader.paper_count == 7


def test_an_expired_link_of_who_has_left_leads_to_the_front_page(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    page = client.get(address(reader, days_old=91)).content.decode()

    assert "Go to the front page" in page


def test_the_page_needs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reader = SubscriberFactory.create(topics=[f"math.T{number}" for number in range(30)])

    with django_assert_max_num_queries(12):
        client.get(address(reader))
