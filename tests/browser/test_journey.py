"""A reader's whole way through the site and its mail, clicked as a person would."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import FrameLocator, Page, expect

from subscriptions.models import Digest, Subscriber

EMAIL = "ada@example.org"
ASKINGS = 100  # for a mail that is being sent; each is a page load


@pytest.fixture
def javascript(request: pytest.FixtureRequest) -> bool:
    """No page needs it, so it is off unless a test asks for it."""
    return bool(getattr(request, "param", False))


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], javascript: bool) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": javascript}


@pytest.mark.parametrize("javascript", [False, True], indirect=True)
def test_a_reader_comes_reads_leaves_comes_back_and_leaves_for_good(page: Page, site: str) -> None:
    subscribe(page)
    confirm(page)
    choose_other_topics_and_times(page)
    digest = have_the_digest_sent()
    read_the_digest(page, digest, site)
    unsubscribe_by_page(page, digest)
    come_back(page)
    unsubscribe_as_a_mail_provider(page, digest)


def subscribe(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Today’s edition")).to_be_visible()
    expect(page.locator(".entry")).to_have_count(12)

    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Computer vision", exact=True).check()
    page.get_by_label("Machine learning", exact=True).check()
    page.get_by_label("Time zone").select_option(label="Tokyo, Seoul")
    page.get_by_role("button", name="Subscribe").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")
    expect(page.get_by_text(EMAIL)).to_be_visible()
    assert (reader().state, topics()) == ("pending", {"cs.CV", "cs.LG"})


def confirm(page: Page) -> None:
    open_mail(page, "Please confirm your digest")
    button = follow(page, "Confirm my subscription")

    expect(button.get_by_role("heading", level=1)).to_have_text("Start your digest?")
    expect(button.get_by_text("every day at 07:00, Asia/Tokyo time")).to_be_visible()
    assert reader().state == "pending"  # looking changes nothing

    button.get_by_role("button", name="Yes, send me my digest").click()

    expect(button.get_by_role("heading", level=1)).to_have_text("You are subscribed")
    expect(button.get_by_text("Your first digest comes on")).to_be_visible()
    assert reader().state == "active"
    assert reader().confirmed_at is not None
    page.goto(button.url)


def choose_other_topics_and_times(page: Page) -> None:
    page.get_by_label("Machine learning", exact=True).uncheck()
    page.get_by_label("Language and text").check()
    page.get_by_label("Time", exact=True).select_option("18:00")
    page.get_by_label("Papers in a digest").fill("5")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_text("at 18:00, Asia/Tokyo time")).to_be_visible()
    assert (reader().send_hour, reader().paper_count) == (18, 5)
    assert topics() == {"cs.CV", "cs.CL"}


def have_the_digest_sent() -> Digest:
    said = StringIO()
    call_command("send_digests", subscriber=EMAIL, stdout=said)

    digest = Digest.objects.get(subscriber=reader())
    assert (digest.state, digest.items.count()) == ("sent", 5)
    assert "0 unexplained" in said.getvalue()
    return digest


def read_the_digest(page: Page, digest: Digest, site: str) -> None:
    open_mail(page, digest.subject)
    mail = part(page)
    titles = [item.paper.title for item in digest.items.select_related("paper")]
    assert mail.get_by_role("heading", level=3).all_text_contents() == titles

    paper = follow(page, titles[0])
    expect(paper.get_by_role("heading", level=1)).to_have_text(titles[0])
    preferences = follow(page, "Change topics, time or frequency")
    expect(preferences.get_by_label("Papers in a digest")).to_have_value("5")
    links = {link.get_attribute("href") or "" for link in mail.get_by_role("link").all()}
    for link in links:
        if link.startswith(site):
            assert page.request.get(link).status == 200, link


def unsubscribe_by_page(page: Page, digest: Digest) -> None:
    open_mail(page, digest.subject)
    button = follow(page, "Unsubscribe")
    expect(button.get_by_role("heading", level=1)).to_have_text("Stop the digest?")
    assert reader().state == "active"

    button.get_by_role("button", name="Unsubscribe").click()

    expect(button.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")
    expect(button.get_by_role("button", name="undo")).to_be_visible()
    assert reader().state == "unsubscribed"


def come_back(page: Page) -> None:
    open_mail(page, "You unsubscribed")
    button = follow(page, "Undo: keep my digest")
    button.get_by_role("button", name="Keep my digest").click()

    expect(button.get_by_role("heading", level=1)).to_have_text("You are subscribed")
    assert (reader().state, topics()) == ("active", {"cs.CV", "cs.CL"})


def unsubscribe_as_a_mail_provider(page: Page, digest: Digest) -> None:
    open_mail(page, digest.subject)
    page.get_by_role("button", name="Unsubscribe as the mail provider would").click()

    expect(page.get_by_role("status")).to_contain_text("The answer was 200.")
    assert reader().state == "unsubscribed"
    assert Digest.objects.get() == digest


# --- mistakes ------------------------------------------------------------------------------------

MISTAKES = {
    "": "Please type your email address.",
    "ada": "An email address must have an @-sign",
    "ada@example": "It should have a period",
    "ada@mailinator.com": "Throw-away addresses are not accepted",
    "adä@example.org": "plain letters before the @",
    f"ada@{'long.' * 60}example.org": "longer than an email address can be",
}


def test_a_mistake_is_named_first_and_everything_typed_is_kept(
    page: Page, site: str, subtests: pytest.Subtests
) -> None:
    for email, words in MISTAKES.items():
        with subtests.test(email=email):
            fill_in(page, email)
            page.get_by_role("button", name="Subscribe").click()

            assert_named_first(page, words, "Email address")
            assert_kept(page, email)
            page.locator("#errors").get_by_role("link").click()
            expect(page.get_by_label("Email address")).to_be_in_viewport()

    assert not Subscriber.objects.exists()


# A control of the form, and what is said when it brings a value that was never offered.
FORGED = {
    'input[value="cs.CV"]': ("There is no topic “no-such-value”", "Topics"),
    'input[value="weekly"]': ("not one of the available choices", "How often"),
    'option[value="Asia/Tokyo"]': ("no-such-value", "Time zone"),
}


def test_a_value_that_was_never_offered_is_named_too(
    page: Page, site: str, subtests: pytest.Subtests
) -> None:
    for control, says in FORGED.items():
        with subtests.test(control=control):
            fill_in(page, EMAIL)
            page.locator(control).first.evaluate("it => { it.value = 'no-such-value' }")
            page.get_by_role("button", name="Subscribe").click()

            assert_named_first(page, *says)
            expect(page.get_by_label("Email address")).to_have_value(EMAIL)
            expect(page.get_by_label("Robotics", exact=True)).to_be_checked()


def fill_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Computer vision", exact=True).check()
    page.get_by_label("Robotics", exact=True).check()
    page.get_by_label("Once a week").check()
    page.get_by_label("Time zone").select_option("Asia/Tokyo")


def assert_named_first(page: Page, words: str, label: str) -> None:
    errors = page.locator(".subscribe form > :not(input)").first
    expect(errors).to_have_id("errors")
    expect(errors).to_be_focused()
    expect(errors).to_contain_text(words)
    expect(errors.get_by_role("link", name=label)).to_be_visible()


def assert_kept(page: Page, email: str) -> None:
    expect(page.get_by_label("Email address")).to_have_value(email)
    expect(page.get_by_label("Computer vision", exact=True)).to_be_checked()
    expect(page.get_by_label("Robotics", exact=True)).to_be_checked()
    expect(page.get_by_label("Machine learning", exact=True)).not_to_be_checked()
    expect(page.get_by_label("Once a week")).to_be_checked()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")


# --- what a reader looks at ----------------------------------------------------------------------


def reader() -> Subscriber:
    return Subscriber.objects.get(email=EMAIL)


def topics() -> set[str]:
    return set(reader().topics.values_list("code", flat=True))


def open_mail(page: Page, subject: str) -> None:
    """Opens the newest mail of that subject, asking the mailbox again until it is there."""
    mail = page.get_by_role("listitem").get_by_role("link", name=subject)
    for _ in range(ASKINGS):
        page.goto(f"/dev/mailbox/?to={EMAIL}")
        if mail.count():
            break
    mail.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject)


def part(page: Page) -> FrameLocator:
    """The mail itself, within the page that shows it."""
    return page.frame_locator("iframe[title='HTML part']")


def follow(page: Page, link: str) -> Page:
    """Clicks a link of the mail on show; like a mail program, it opens a page of its own."""
    page.bring_to_front()  # a tab in the background opens no other
    with page.context.expect_page() as opened:
        part(page).get_by_role("link", name=link, exact=True).click()
    return opened.value
