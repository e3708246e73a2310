"""The ledger in the browser: a digest is tried again and settled, a reader's address is shown."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from subscriptions.digests import pipeline
from subscriptions.models import Digest, Subscriber
from subscriptions.models.states import State
from tests.browser.looking import problems
from tests.factories import SubscriberFactory

WIDTHS = (768, 1280)
DIGESTS = "/admin/subscriptions/digest/"
SUBSCRIBERS = "/admin/subscriptions/subscriber/"


@pytest.fixture
def reader(site: str) -> Subscriber:
    """Somebody whose digest of today was just sent."""
    now = timezone.now()
    row: Subscriber = SubscriberFactory.create(
        email="reader@example.com", next_send_at=now, send_hour=(now.hour - 1) % 24
    )
    pipeline.run(timezone.now)
    return row


@pytest.fixture
def desk(page: Page, site: str, reader: Subscriber, client: Client) -> Page:
    client.force_login(User.objects.create_superuser("sam", password="a horse and a stable"))
    cookie: Any = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    page.context.add_cookies([cookie])
    return page


def stands(state: str) -> Digest:
    """The one digest, as if it had come to this."""
    later: datetime = timezone.now() + timedelta(hours=20)
    Subscriber.objects.update(next_send_at=later)
    Digest.objects.update(state=state, reason="of the test")
    digest: Digest = Digest.objects.get()
    return digest


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.FAILED])
def test_nothing_stands_in_the_way_on_the_page_of_a_digest(desk: Page, state: str) -> None:
    desk.goto(f"{DIGESTS}{stands(state).pk}/change/")

    assert problems(desk, widths=WIDTHS) == []


@pytest.mark.parametrize("path", ["change/", "timeline/", "delete/"])
def test_nothing_stands_in_the_way_on_the_pages_of_a_reader(
    desk: Page, reader: Subscriber, path: str
) -> None:
    desk.goto(f"{SUBSCRIBERS}{reader.pk}/{path}")

    assert problems(desk, widths=WIDTHS) == []


def test_an_address_is_shown_once_it_is_asked_for(desk: Page, reader: Subscriber) -> None:
    desk.goto(f"{SUBSCRIBERS}{reader.pk}/change/")
    assert "reader@example.com" not in desk.content()

    desk.get_by_role("button", name="Show the address").click()

    expect(desk.get_by_text("reader@example.com")).to_be_visible()
    assert problems(desk, widths=WIDTHS) == []


def test_a_digest_that_failed_is_tried_again(desk: Page) -> None:
    digest = stands(State.FAILED)
    desk.goto(f"{DIGESTS}{digest.pk}/change/")

    desk.get_by_role("button", name="Try again now").click()
    expect(desk.get_by_text("To be tried again: 1.")).to_be_visible()
    assert problems(desk, widths=WIDTHS) == []
    desk.get_by_role("button", name="Yes").click()

    expect(desk.get_by_text("Tried again with the next tick: 1.")).to_be_visible()
    digest.refresh_from_db()
    assert digest.state == State.PENDING


def test_what_may_have_left_is_settled(desk: Page) -> None:
    digest = stands(State.UNKNOWN)
    desk.goto(f"{DIGESTS}?needs=settling")
    desk.get_by_role("link", name=digest.local_date.isoformat()).first.click()

    desk.get_by_role("button", name="Settle: it arrived").click()
    desk.get_by_role("button", name="Yes").click()

    expect(desk.get_by_text("Settled as sent: 1 of 1.")).to_be_visible()
    digest.refresh_from_db()
    assert digest.state == State.SENT
