"""What providers told, in the admin site: found, and processed again by who may."""

from datetime import UTC, datetime
from typing import Any

import pytest
from auditlog.models import LogEntry as AuditEntry
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import Settings

from subscriptions import events
from subscriptions.models import ProviderEvent, Suppression
from tests.admin_site import act, sign_in
from tests.factories import DigestFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LIST = "/admin/subscriptions/providerevent/"


@pytest.fixture
def operator(client: Client) -> Client:
    rights = Permission.objects.filter(content_type__app_label="subscriptions")
    sign_in(client, rights.exclude(codename="view_address"))
    return client


def complaint(number: int = 1, **facts: Any) -> ProviderEvent:
    address, mail = f"reader{number}@example.com", f"<{number}@papers.test>"
    DigestFactory.create(subscriber__email=address, state="sent", message_id=mail)
    told = {"message_id": mail, "address": address, "event_id": str(number), **facts}
    events.store(events.Facts("Postmark", "complained", NOW, **told))
    return ProviderEvent.objects.get(event_id=str(number))


def test_the_list_says_what_came_of_each(operator: Client) -> None:
    complaint()
    events.process_waiting(NOW)

    text = operator.get(LIST).text

    assert "complained; address suppressed" in text
    assert "r•••@e•••.com" in text
    assert "reader1@" not in text


@pytest.mark.parametrize("words", ["1@papers.test", "<1@papers.test>", "READER1@example.com"])
def test_an_event_is_found_by_message_id_or_address(operator: Client, words: str) -> None:
    wanted, other = complaint(1), complaint(2)

    text = operator.get(LIST, {"q": words}).text

    assert f"{LIST}{wanted.pk}/change/" in text
    assert f"{LIST}{other.pk}/change/" not in text


def test_what_was_held_back_goes_on_once_confirmed(operator: Client, settings: Settings) -> None:
    settings.EVENT_SUPPRESSIONS_PER_HOUR = 0
    event = complaint()
    events.process_waiting(NOW)
    assert "held back" in operator.get(f"{LIST}{event.pk}/change/").text

    asked = act(operator, LIST, "process_again", event)
    assert not Suppression.objects.exists()
    told = act(operator, LIST, "process_again", event, confirmed="yes")

    assert "Process again?" in asked
    assert "were held back" in asked
    assert "Processed again: 1 of 1 (1 done)." in told
    assert Suppression.objects.exists()
    assert AuditEntry.objects.filter(additional_data__told="Processed again").exists()


def test_processing_again_twice_does_nothing_twice(operator: Client) -> None:
    event = complaint()

    for _ in range(2):
        act(operator, LIST, "process_again", event, confirmed="yes")

    event.refresh_from_db()
    assert Suppression.objects.count() == 1
    assert event.outcome == "nothing new; address was suppressed already"


def test_what_failed_is_mended_by_processing_it_again(operator: Client) -> None:
    event = complaint()
    ProviderEvent.objects.update(state="failed", outcome="a fault of ours: see the log")

    act(operator, LIST, "process_again", event, confirmed="yes")

    event.refresh_from_db()
    assert event.state == "done"


def test_who_may_only_look_cannot_process(client: Client) -> None:
    sign_in(client, Permission.objects.filter(codename="view_providerevent"))
    event = complaint()

    act(client, LIST, "process_again", event, confirmed="yes")

    event.refresh_from_db()
    page = client.get(f"{LIST}{event.pk}/change/")
    assert (event.state, page.status_code) == ("waiting", 200)
    assert "Process again" not in page.text


def test_events_are_written_by_providers_alone(admin_client: Client) -> None:
    event = complaint()

    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{LIST}{event.pk}/delete/", {"post": "yes"}).status_code == 403
