"""On which browser a reader is recognised, by which buttons, and until when."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from pytest_django import Settings

from subscriptions import links, recognition
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from tests.factories import SubscriberFactory
from tests.subscriptions.browsers import cookie_of, is_recognised, recognise

pytestmark = pytest.mark.django_db
State = Subscriber.State
PREFERENCES = {
    "frequency": "daily",
    "weekday": "0",
    "send_hour": "7",
    "timezone": "UTC",
    "paper_count": "10",
    "quiet_days": "short",
    "mail_format": "html",
    "language": "en",
}


def page_of(purpose: Purpose, reader: Subscriber) -> str:
    return links.path(purpose, reader, datetime.now(UTC))


# --- who is recognised -----------------------------------------------------------------


def test_a_raised_version_revokes_the_cookie(client: Client) -> None:
    reader = recognise(client)
    assert is_recognised(client)

    reader.link_version += 1
    reader.save()

    assert not is_recognised(client)


def test_a_cookie_lasts_a_year(client: Client) -> None:
    given = datetime(2026, 11, 20, 9, tzinfo=UTC)
    with time_machine.travel(given, tick=False):
        recognise(client)
    with time_machine.travel(given + timedelta(days=364), tick=False):
        assert is_recognised(client)
    with time_machine.travel(given + timedelta(days=366), tick=False):
        assert not is_recognised(client)


def test_a_cookie_of_somebody_deleted_is_nobodys(client: Client) -> None:
    recognise(client).delete()

    assert not is_recognised(client)


def test_a_cookie_outlives_a_changed_secret_key(client: Client, settings: Settings) -> None:
    recognise(client)

    settings.SECRET_KEY = "another"

    assert is_recognised(client)


def test_no_cookie_is_made_without_the_key(client: Client, settings: Settings) -> None:
    reader = SubscriberFactory.create()
    true_key = settings.LINK_KEY
    settings.LINK_KEY = "another"
    made = cookie_of(reader)
    settings.LINK_KEY = true_key

    client.cookies[recognition.COOKIE] = made

    assert not is_recognised(client)


def test_a_forged_or_foreign_cookie_recognises_nobody(client: Client, settings: Settings) -> None:
    reader, other = SubscriberFactory.create_batch(2)
    true = cookie_of(reader)
    claim = f"{reader.pk}.{reader.link_version}"
    forgeries = [
        "",
        "x",
        claim,
        f"{other.pk}{true.removeprefix(str(reader.pk))}",
        true[:-1] + ("A" if true[-1] != "A" else "B"),
        signing.TimestampSigner(salt="recognition").sign(claim),  # by SECRET_KEY
        signing.TimestampSigner(key=settings.LINK_KEY, salt="other").sign(claim),
        *(links.token(purpose, reader, datetime.now(UTC)) for purpose in Purpose),
        "ü" * 5000,
    ]
    for forgery in forgeries:
        client.cookies[recognition.COOKIE] = forgery

        assert not is_recognised(client), forgery


# --- what makes a browser recognised, and what does not ----------------------------------


def test_confirming_recognises_the_browser_it_was_done_in(client: Client) -> None:
    reader = SubscriberFactory.create(state=State.PENDING, confirmed_at=None)

    client.post(page_of(Purpose.CONFIRM, reader))

    assert is_recognised(client)


def test_saving_preferences_recognises(client: Client) -> None:
    reader = SubscriberFactory.create()

    client.post(page_of(Purpose.PREFERENCES, reader), PREFERENCES)

    assert is_recognised(client)


def test_choices_that_are_refused_recognise_nobody(client: Client) -> None:
    reader = SubscriberFactory.create()

    client.post(page_of(Purpose.PREFERENCES, reader), PREFERENCES | {"send_hour": "99"})

    assert not is_recognised(client)


def test_a_button_recognises_and_another_forgets(client: Client) -> None:
    reader = SubscriberFactory.create(send_hour=18)
    page = page_of(Purpose.PREFERENCES, reader)

    recognised = client.post(page, {"browser": "recognise"}, follow=True)
    assert is_recognised(client)
    forgotten = client.post(page, {"browser": "forget"}, follow=True)

    assert not is_recognised(client)
    assert "You are recognised on this browser." in recognised.text
    assert "Forget me on this browser" in recognised.text
    assert "no longer recognised" in forgotten.text
    assert "Recognise me on this browser" in forgotten.text
    reader.refresh_from_db()
    assert reader.send_hour == 18


def test_another_readers_browser_can_become_ones_own(client: Client) -> None:
    recognise(client)
    reader = SubscriberFactory.create()
    page = page_of(Purpose.PREFERENCES, reader)

    assert "Recognise me on this browser" in client.get(page).text
    client.post(page, {"browser": "recognise"})

    assert "Forget me on this browser" in client.get(page).text


@pytest.mark.parametrize("purpose", Purpose)
def test_no_look_at_a_personal_page_recognises_anybody(client: Client, purpose: Purpose) -> None:
    page = page_of(purpose, SubscriberFactory.create())

    for address in (page, f"{page}?browser=recognise", f"{page}?welcome"):
        client.get(address)
        client.head(address)

    assert recognition.COOKIE not in client.cookies


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.UNDO])
def test_leaving_and_coming_back_recognise_nobody(client: Client, purpose: Purpose) -> None:
    client.post(page_of(purpose, SubscriberFactory.create()))

    assert recognition.COOKIE not in client.cookies


@pytest.mark.parametrize("https", [True, False])
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: Client, settings: Settings, https: bool
) -> None:
    settings.HTTPS = https
    page = page_of(Purpose.PREFERENCES, SubscriberFactory.create())

    cookie = client.post(page, {"browser": "recognise"}).cookies[recognition.COOKIE]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert bool(cookie["secure"]) is https
    assert cookie["max-age"] == 365 * 24 * 3600
