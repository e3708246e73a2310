"""From a sample to the first digest: one step a function, each with its sign in the database."""

from playwright.sync_api import Page, expect

from subscriptions.models import Subscriber
from tests.browser.reading import (
    EMAIL,
    await_mail,
    follow,
    heading,
    newest_digest,
    open_mail,
    reader,
    topics,
)


def try_a_sample(page: Page) -> None:
    page.goto("/sample/")
    page.get_by_label("Computer vision", exact=True).check()
    page.get_by_label("Machine learning", exact=True).check()
    page.get_by_role("button", name="Show this sample").click()

    mail = page.frame_locator("iframe")
    expect(mail.get_by_role("heading", name="For you")).to_be_visible()
    page.get_by_role("link", name="Get this every morning").click()

    assert not Subscriber.objects.exists()


def subscribe(page: Page, *, zone_is_guessed: bool) -> None:
    expect(page.get_by_role("heading", name="Today’s edition")).to_be_visible()
    expect(page.locator(".entry")).to_have_count(12)
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_value("Asia/Tokyo" if zone_is_guessed else "UTC")
    if not zone_is_guessed:
        zone.select_option(label="Tokyo, Seoul")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_role("button", name="Subscribe").click()

    heading(page, "Check your inbox")
    expect(page.get_by_text(EMAIL)).to_be_visible()
    assert (reader().state, reader().timezone) == ("pending", "Asia/Tokyo")
    assert topics() == {"cs.CV", "cs.LG"}


def confirm(page: Page) -> str:
    """Returns the address of the reader's own page that comes next."""
    open_mail(page, "Please confirm your digest")
    button = follow(page, "Confirm my subscription")

    heading(button, "Start your digest?")
    expect(button.get_by_text("every day at 07:00, Asia/Tokyo time")).to_be_visible()
    assert reader().state == "pending"  # looking changes nothing

    button.get_by_role("button", name="Yes, send me my digest").click()

    heading(button, "You are subscribed")
    expect(button.get_by_text("Your first digest comes on")).to_be_visible()
    assert reader().state == "active"
    assert reader().confirmed_at is not None
    page.goto(button.url)
    return page.url


def have_todays_sent_at_once(page: Page) -> None:
    page.get_by_role("button", name="Send me today’s now").click()

    expect(page.get_by_text("Today’s digest")).to_be_visible()
    await_mail()
    expect(page.get_by_role("button", name="Send me today’s now")).to_be_hidden()
    assert newest_digest().state == "sent"


def choose_other_topics_words_and_times(page: Page) -> None:
    page.get_by_role("link", name="All preferences").click()
    page.get_by_label("Machine learning", exact=True).first.uncheck()
    page.get_by_label("Language and text", exact=True).first.check()
    page.get_by_label("Time", exact=True).select_option("18:00")
    page.get_by_label("Papers in a digest").fill("5")
    page.get_by_label("Keywords to follow", exact=True).fill("whispered speech")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_text("at 18:00, Asia/Tokyo time")).to_be_visible()
    assert (reader().send_hour, reader().paper_count) == (18, 5)
    assert topics() == {"cs.CV", "cs.CL"}
    assert [word.text for word in reader().interests.keywords()] == ["whispered speech"]
