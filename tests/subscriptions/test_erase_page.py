"""The page behind a reader's link that deletes everything."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from subscriptions import links, recognition
from subscriptions.links import Purpose
from subscriptions.models import Subscriber, Suppression
from tests.factories import DigestFactory, SubscriberFactory

pytestmark = pytest.mark.django_db


def address(reader: Subscriber, page: str = "erase") -> str:
    return links.path(Purpose.PREFERENCES, reader, datetime.now(UTC), page=page)


def test_the_page_says_what_goes_and_changes_nothing(client: Client) -> None:
    reader = DigestFactory.create().subscriber

    page = client.get(address(reader)).content.decode()

    assert reader.email in page
    assert "the record of 1 digest," in page
    assert page.count("<button") == 1
    assert Subscriber.objects.exists()


def test_the_button_deletes_and_says_what(client: Client) -> None:
    reader = DigestFactory.create().subscriber

    answer = client.post(address(reader))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Everything is deleted" in page
    assert "the record of 1 digest" in page
    assert reader.email not in page
    assert not Subscriber.objects.exists()
    assert not Suppression.objects.exists()
    assert answer["Cache-Control"] == "no-store"


def test_the_box_has_the_address_remembered_by_its_hash(client: Client) -> None:
    reader = SubscriberFactory.create()

    page = client.post(address(reader), {"remember": "yes"}).content.decode()

    assert "a fingerprint that cannot be read" in page
    assert Suppression.objects.get().address_hash == reader.address_hash


def test_afterwards_every_link_is_unknown_like_any_other(client: Client) -> None:
    digest = DigestFactory.create(state="sent")
    reader, now = digest.subscriber, datetime.now(UTC)
    paths = [links.path(purpose, reader, now) for purpose in Purpose if purpose.value != "digest"]
    paths += [address(reader, page) for page in ("erase", "my_data", "my_data_json", "pause")]
    paths.append(links.digest_path(digest))

    client.post(address(reader))

    nobody = client.get("/preferences/AAAAAAEAAAAAAAAAAAAA/").content
    for path in paths:
        for answer in (client.get(path), client.post(path)):
            assert (path, answer.status_code) == (path, 404)
        # the same page for all, but for the address it is asked by
        assert len(client.get(path).content) - len(nobody) < 200


def test_back_and_pressed_again_is_harmless(client: Client) -> None:
    reader, other = SubscriberFactory.create_batch(2)
    client.post(address(reader))

    again = client.post(address(reader), {"remember": "yes"})

    assert again.status_code == 404
    assert Subscriber.objects.get() == other
    assert not Suppression.objects.exists()


def test_the_browser_is_no_longer_recognised(client: Client) -> None:
    reader = SubscriberFactory.create()
    client.post(address(reader, "preferences"), {"browser": "recognise"})
    assert client.cookies[recognition.COOKIE].value

    client.post(address(reader))

    assert not client.cookies[recognition.COOKIE].value


def test_somebody_elses_browser_stays_theirs(client: Client) -> None:
    reader, other = SubscriberFactory.create_batch(2)
    client.post(address(other, "preferences"), {"browser": "recognise"})

    client.post(address(reader))

    assert client.cookies[recognition.COOKIE].value


def test_it_works_without_cookies() -> None:
    reader = SubscriberFactory.create()

    answer = Client(enforce_csrf_checks=True).post(address(reader))

    assert answer.status_code == 200
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("state", list(Subscriber.State))
def test_everybody_may_delete(client: Client, state: str) -> None:
    reader = SubscriberFactory.create(state=state)
    assert client.get(address(reader)).status_code == 200

    client.post(address(reader))

    assert not Subscriber.objects.exists()
    assert Suppression.objects.exists() == (state == "suppressed")


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.LESS, Purpose.UNDO])
def test_a_mails_other_links_cannot_delete(client: Client, purpose: Purpose) -> None:
    token = links.token(purpose, SubscriberFactory.create(), datetime.now(UTC))

    assert client.post(f"/my-data/{token}/delete/").status_code == 404
    assert Subscriber.objects.exists()
