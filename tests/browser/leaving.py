"""Leaving, coming back, and leaving for good; each step with its sign in the database."""

from playwright.sync_api import Page, expect

from subscriptions.models import Digest, MailboxMessage, Subscriber, Suppression
from tests.browser.reading import follow, heading, open_mail, part, reader, topics


def unsubscribe_by_page_and_say_why(page: Page, digest: Digest) -> None:
    button = follow(page, "Unsubscribe")
    heading(button, "Stop the digest?")
    assert reader().state == "active"

    button.get_by_role("button", name="Unsubscribe").click()

    heading(button, "You are unsubscribed")
    expect(button.get_by_role("button", name="undo")).to_be_visible()
    assert reader().state == "unsubscribed"

    button.get_by_label("I have no time to read").check()
    button.get_by_role("button", name="Send the reason").click()

    heading(button, "Thank you")
    assert reader().left_because == "no_time"


def come_back(page: Page) -> None:
    open_mail(page, "You unsubscribed")
    button = follow(page, "Undo: keep my digest")
    button.get_by_role("button", name="Keep my digest").click()

    heading(button, "You are subscribed")
    assert (reader().state, topics()) == ("active", {"cs.CV", "cs.CL"})
    assert reader().left_because == ""


def unsubscribe_as_a_mail_provider(page: Page, digest: Digest) -> None:
    open_mail(page, digest.subject)
    page.get_by_role("button", name="Unsubscribe as the mail provider would").click()

    expect(page.get_by_role("status")).to_contain_text("The answer was 200.")
    assert reader().state == "unsubscribed"


def have_everything_deleted(page: Page, before: list[str]) -> None:
    part(page).get_by_role("link", name="Unsubscribe").wait_for()
    own = follow(page, "Change topics, time or frequency")
    own.get_by_role("link", name="My data").click()
    expect(own.get_by_text("2 digests were sent.")).to_be_visible()
    own.get_by_role("link", name="Delete all of it").click()
    heading(own, "Delete everything?")
    assert Subscriber.objects.exists()

    own.get_by_role("button", name="Delete everything").click()

    heading(own, "Everything is deleted")
    expect(own.get_by_text("the record of 2 digests")).to_be_visible()
    kept = (Subscriber, Digest, MailboxMessage, Suppression)
    assert [model.__name__ for model in kept if model.objects.exists()] == []
    assert {page.request.get(address).status for address in before} == {404}
