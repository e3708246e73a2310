"""What support does for subscribers in the admin site, without seeing addresses."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from subscriptions.models import Interest, Notice, Subscriber
from tests.admin_site import act, cost, sign_in
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
SUBSCRIBERS = "/admin/subscriptions/subscriber/"


@pytest.fixture
def support_client(client: Client) -> Client:
    """Support sees and helps subscribers, but not their addresses."""
    rights = Permission.objects.filter(content_type__app_label="subscriptions")
    sign_in(client, rights.exclude(codename="view_address"))
    return client


@pytest.fixture
def trusted_client(client: Client) -> Client:
    """Somebody with the right to see addresses."""
    Permission.objects.get_or_create(
        codename="view_address",
        content_type=ContentType.objects.get_for_model(Subscriber),
        defaults={"name": "Can see addresses"},
    )
    names = ["view_subscriber", "view_address"]
    sign_in(client, Permission.objects.filter(codename__in=names))
    return client


# --- addresses --------------------------------------------------------------------


def test_support_sees_subscribers_but_no_address(support_client: Client) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")

    for url in (SUBSCRIBERS, f"{SUBSCRIBERS}{reader.pk}/change/"):
        text = support_client.get(url).text
        assert "r•••@e•••.com" in text
        assert "reader@example.com" not in text


def test_who_is_permitted_sees_the_address_and_that_is_logged(
    trusted_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")
    caplog.set_level(logging.INFO, "subscriptions.admin")

    for url in (SUBSCRIBERS, f"{SUBSCRIBERS}{reader.pk}/change/"):
        assert "reader@example.com" in trusted_client.get(url).text
        assert f"saw addresses at {url}" in caplog.text
    assert "reader@example.com" not in caplog.text


@pytest.mark.parametrize(
    ("words", "found"), [("Reader@Example.com", True), ("reader", False), ("%", False)]
)
def test_a_subscriber_is_found_by_the_whole_address_alone(
    support_client: Client, words: str, found: bool
) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")

    text = support_client.get(SUBSCRIBERS, {"q": words}).text

    assert (f"{SUBSCRIBERS}{reader.pk}/change/" in text) is found


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("subscriber", "email__startswith=reader"),
        ("subscriber", "email=reader@example.com"),
        ("subscriber", "interests__subscriber__email__startswith=reader"),
        ("digest", "subscriber__email__startswith=reader"),
        ("notice", "subscriber__email__startswith=reader"),
    ],
)
def test_addresses_cannot_be_spelt_out_by_filters(
    support_client: Client, page: str, query: str
) -> None:
    answer = support_client.get(f"/admin/subscriptions/{page}/?{query}")

    assert answer.status_code == 400


# --- their wishes -----------------------------------------------------------------


def test_the_next_digest_is_told_in_both_clocks(support_client: Client) -> None:
    SubscriberFactory.create(
        timezone="Asia/Tokyo", next_send_at=datetime(2026, 11, 20, 22, tzinfo=UTC)
    )

    assert "2026-11-21 07:00 there, 22:00 UTC" in support_client.get(SUBSCRIBERS).text


def test_nobody_who_left_has_a_next_digest(support_client: Client) -> None:
    SubscriberFactory.create(state="unsubscribed", next_send_at=datetime(2026, 11, 20, tzinfo=UTC))

    assert '<td class="field-next_send">none</td>' in support_client.get(SUBSCRIBERS).text


@pytest.mark.parametrize(
    "query", ["state__exact=paused", "frequency__exact=weekly", "left_because__exact=no_time"]
)
def test_subscribers_are_filtered_by_state_frequency_and_why_they_left(
    support_client: Client, query: str
) -> None:
    SubscriberFactory.create(
        email="ada@one.example", state="paused", frequency="weekly", left_because="no_time"
    )
    SubscriberFactory.create(email="ben@two.example")

    text = support_client.get(f"{SUBSCRIBERS}?{query}").text

    assert "a•••@o•••" in text
    assert "b•••@t•••" not in text


def test_nobody_is_added_past_the_opt_in(support_client: Client) -> None:
    assert support_client.get(f"{SUBSCRIBERS}add/").status_code == 403


def wishes(**changed: Any) -> dict[str, Any]:
    return {
        "timezone": "UTC",
        "send_hour": 7,
        "frequency": "daily",
        "weekday": 0,
        "paper_count": 10,
        "interests-TOTAL_FORMS": 0,
        "interests-INITIAL_FORMS": 0,
        **changed,
    }


def test_another_hour_moves_the_next_digest(support_client: Client) -> None:
    reader = SubscriberFactory.create()

    support_client.post(f"{SUBSCRIBERS}{reader.pk}/change/", wishes(send_hour=9))

    reader.refresh_from_db()
    assert reader.send_hour == 9
    assert reader.next_send_at is not None
    assert reader.next_send_at.hour == 9


def test_a_form_cannot_change_state_or_address(support_client: Client) -> None:
    reader = SubscriberFactory.create(email="reader@example.com", state="pending")
    forged = {"state": "active", "email": "other@example.com", "next_send_at": "2020-01-01"}

    support_client.post(f"{SUBSCRIBERS}{reader.pk}/change/", wishes(paper_count=5, **forged))

    reader.refresh_from_db()
    assert (reader.paper_count, reader.state, reader.email) == (5, "pending", "reader@example.com")
    assert reader.next_send_at is None


def test_an_interest_is_taken_away(support_client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    interest = Interest.objects.get()
    inline = {
        "interests-TOTAL_FORMS": 1,
        "interests-INITIAL_FORMS": 1,
        "interests-0-id": interest.pk,
        "interests-0-subscriber": reader.pk,
        "interests-0-topic": interest.topic_id,
        "interests-0-DELETE": "on",
    }

    support_client.post(f"{SUBSCRIBERS}{reader.pk}/change/", wishes(**inline))

    assert not reader.interests.exists()


# --- unsubscribing ----------------------------------------------------------------


def test_unsubscribing_by_the_list_asks_first(support_client: Client) -> None:
    reader = SubscriberFactory.create()

    assert "Unsubscribe them?" in act(support_client, SUBSCRIBERS, "unsubscribe", reader)

    reader.refresh_from_db()
    assert reader.state == Subscriber.State.ACTIVE


def test_unsubscribing_twice_mails_one_goodbye(support_client: Client) -> None:
    reader = SubscriberFactory.create()

    first = act(support_client, SUBSCRIBERS, "unsubscribe", reader, confirmed="yes")
    second = act(support_client, SUBSCRIBERS, "unsubscribe", reader, confirmed="yes")

    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    assert ("Unsubscribed: 1 of 1" in first, "Unsubscribed: 0 of 1" in second) == (True, True)
    assert Notice.objects.filter(kind=Notice.Kind.GOODBYE).count() == 1
    assert LogEntry.objects.get().object_repr == str(reader)


# --- speed -------------------------------------------------------------------------------------


def test_the_list_costs_the_same_for_few_and_many_subscribers(support_client: Client) -> None:
    costs = []
    for count in (5, 50):
        Subscriber.objects.all().delete()
        for _ in range(count):
            SubscriberFactory.create(topics=["cs.CV", "cs.LG"])
        costs.append(cost(support_client, SUBSCRIBERS))

    assert costs[0] == costs[1]
