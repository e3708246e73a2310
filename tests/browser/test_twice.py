"""Pressed twice, sent again, or from two tabs at once: what only a browser can tell."""

import re
from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Digest, MailboxMessage, Subscriber
from tests.browser.readers import own_page
from tests.browser.reading import EMAIL, await_mail, heading, reader
from tests.factories import SubscriberFactory
from tests.subscriptions.sent_digests import sent_to


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def subscribed(now: datetime) -> Subscriber:
    return SubscriberFactory.create(email=EMAIL, next_send_at=now, topics=["cs.CV"])


def press_twice(page: Page, name: str, *said: str) -> None:
    """By a double click, and in another tab where the page was open.

    `said` are the headings of the first answer and of a later one. A double click may be one
    request or two, of which the later one's answer is shown.
    """
    button = page.get_by_role("button", name=name, exact=True).first
    other = page.context.new_page()
    other.goto(page.url)
    page.bring_to_front()
    button.dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("|".join(said)))
    other.bring_to_front()
    other.get_by_role("button", name=name, exact=True).first.click()
    heading(other, said[-1])
    other.close()


# --- pressed twice -------------------------------------------------------------------------------


def test_the_way_in_may_be_pressed_twice_at_every_step(page: Page, site: str) -> None:
    page.goto("/")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_role("button", name="Subscribe").dblclick()
    heading(page, "Check your inbox")
    assert reader().notices.count() == 1

    page.goto(links.path(Purpose.CONFIRM, reader(), timezone.now()))
    press_twice(page, "Yes, send me my digest", "You are subscribed")
    assert reader().state == "active"

    page.goto(own_page(reader(), timezone.now(), "welcome"))
    press_twice(page, "Send me today’s now", "You are subscribed")
    await_mail()
    subject = Digest.objects.get().subject
    assert MailboxMessage.objects.filter(subject=subject).count() == 1


def test_an_opinion_may_be_pressed_twice(page: Page, site: str, now: datetime) -> None:
    copy = links.digest_path(sent_to(subscribed(now), now))
    page.goto(f"{copy}1/more/")
    press_twice(page, "More like this", "Noted: more like this")
    page.goto(f"{copy}1/vote/")
    press_twice(page, "Vote for it", "You voted for this paper")
    page.goto(f"{copy}worth/?answer=no")
    press_twice(page, "No, it was not", "Noted: not worth your time")

    assert (reader().interests.learned().count(), reader().votes.count()) == (1, 1)
    assert Digest.objects.get().worth_reading is False


def test_the_way_out_may_be_pressed_twice(page: Page, site: str, now: datetime) -> None:
    page.goto(links.path(Purpose.UNSUBSCRIBE, subscribed(now), now))
    press_twice(page, "Unsubscribe", "You are unsubscribed")
    await_mail()
    assert reader().state == "unsubscribed"
    assert reader().notices.count() == 1

    page.goto(own_page(reader(), now, "erase"))
    press_twice(page, "Delete everything", "Everything is deleted", "There is nothing here")
    assert not Subscriber.objects.exists()


# --- Back, and sent again ------------------------------------------------------------------------


def test_an_opinion_that_is_sent_again_changes_nothing(
    page: Page, site: str, now: datetime
) -> None:
    page.goto(f"{links.digest_path(sent_to(subscribed(now), now))}1/more/")
    page.get_by_role("button", name="More like this").click()
    heading(page, "Noted: more like this")

    page.reload()  # sends the form again

    expect(page.get_by_role("status")).to_have_text("You had said so before; nothing changed.")
    page.go_back()
    heading(page, "Noted: more like this")  # as things stand, and not as they stood
    assert reader().interests.learned().count() == 1


def test_preferences_can_be_saved_after_going_back(page: Page, site: str, now: datetime) -> None:
    page.goto(own_page(subscribed(now), now))
    page.get_by_label("Papers in a digest").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")

    page.go_back()
    page.get_by_label("Papers in a digest").fill("8")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert reader().paper_count == 8


def test_a_mistake_can_be_mended_after_going_back(page: Page, site: str) -> None:
    page.goto("/")
    page.get_by_label("Email address").fill("ada")
    page.get_by_label("Robotics", exact=True).check()
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator("#errors")).to_be_visible()

    page.go_back()

    expect(page.get_by_label("Email address")).to_have_value("ada")
    expect(page.get_by_label("Robotics", exact=True)).to_be_checked()


# --- two tabs ------------------------------------------------------------------------------------


def test_saving_in_one_tab_never_brings_back_who_left_in_another(
    page: Page, site: str, now: datetime
) -> None:
    page.goto(own_page(subscribed(now), now))
    other = page.context.new_page()
    other.goto(links.path(Purpose.UNSUBSCRIBE, reader(), now))
    other.get_by_role("button", name="Unsubscribe").click()
    heading(other, "You are unsubscribed")

    page.bring_to_front()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("You are unsubscribed and get no digest.")).to_be_visible()
    assert reader().state == "unsubscribed"


def test_a_page_left_open_says_so_once_all_is_deleted(page: Page, site: str, now: datetime) -> None:
    page.goto(own_page(subscribed(now), now))
    other = page.context.new_page()
    other.goto(own_page(reader(), now, "erase"))
    other.get_by_role("button", name="Delete everything").click()
    heading(other, "Everything is deleted")

    page.bring_to_front()
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="Save").click()

    assert answer.value is not None
    assert answer.value.status == 404
    assert not Subscriber.objects.exists()


def test_opposite_opinions_in_two_tabs_leave_the_last(page: Page, site: str, now: datetime) -> None:
    copy = links.digest_path(sent_to(subscribed(now), now))
    page.goto(f"{copy}1/more/")
    other = page.context.new_page()
    other.goto(f"{copy}1/less/")
    other.get_by_role("button", name="Less like this").click()
    heading(other, "Noted: less like this")

    page.bring_to_front()
    page.get_by_role("button", name="More like this").click()

    heading(page, "Noted: more like this")
    assert reader().interests.learned().get().muted is False


# --- cookies -------------------------------------------------------------------------------------


def test_links_of_a_mail_work_where_cookies_were_cleared(
    page: Page, site: str, now: datetime
) -> None:
    copy = links.digest_path(sent_to(subscribed(now), now))
    for address, button, said in (
        (f"{copy}1/more/", "More like this", "Noted: more like this"),
        (own_page(reader(), now, "pause"), "For a day", "Your digest is paused"),
        (links.path(Purpose.UNSUBSCRIBE, reader(), now), "Unsubscribe", "You are unsubscribed"),
        (links.path(Purpose.UNDO, reader(), now), "Keep my digest", "You are subscribed"),
        (own_page(reader(), now, "erase"), "Delete everything", "Everything is deleted"),
    ):
        page.goto(address)
        page.context.clear_cookies()
        page.get_by_role("button", name=button).first.click()
        heading(page, said)


def test_preferences_that_were_refused_for_want_of_a_cookie_are_not_lost(
    page: Page, site: str, now: datetime
) -> None:
    page.goto(own_page(subscribed(now), now))
    page.get_by_label("Keywords to follow").fill("whispered speech")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    heading(page, "Please send it again")
    assert not reader().interests.keywords().exists()

    page.go_back()

    expect(page.get_by_label("Keywords to follow")).to_have_value("whispered speech")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert reader().interests.keywords().get().text == "whispered speech"
