"""What the front page's small scripts add: the browser's zone, and a sample of what is ticked."""

import pytest
from playwright.sync_api import Browser, Page, expect

GUESSED = "Guessed from your browser: please change it if it is wrong."


def visitor(browser: Browser, site: str, zone: str, *, javascript: bool = True) -> Page:
    context = browser.new_context(
        base_url=site, timezone_id=zone, java_script_enabled=javascript, locale="en"
    )
    return context.new_page()


@pytest.mark.parametrize(
    ("zone", "chosen"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Asia/Kolkata", "Asia/Kolkata"),  # which browsers call Asia/Calcutta
        ("Pacific/Kiritimati", "Pacific/Kiritimati"),  # on no short list
        ("America/Argentina/Buenos_Aires", "America/Buenos_Aires"),  # as browsers call it
    ],
)
def test_the_zone_is_guessed_and_taken_by_the_server(
    browser: Browser, site: str, zone: str, chosen: str
) -> None:
    page = visitor(browser, site, zone)
    page.goto("/")

    expect(page.get_by_label("Time zone")).to_have_value(chosen)
    expect(page.get_by_text(GUESSED)).to_be_visible()

    page.get_by_role("button", name="Subscribe").click()  # without an address

    expect(page.get_by_text("Please look again")).to_be_visible()
    expect(page.get_by_label("Time zone")).to_have_value(chosen)
    expect(page.get_by_text(GUESSED)).to_be_hidden()


def test_without_javascript_it_is_utc_until_chosen(browser: Browser, site: str) -> None:
    page = visitor(browser, site, "Europe/Berlin", javascript=False)
    page.goto("/")

    expect(page.get_by_label("Time zone")).to_have_value("UTC")
    expect(page.get_by_text(GUESSED)).to_be_hidden()


def test_a_zone_that_was_chosen_is_never_overridden(browser: Browser, site: str) -> None:
    page = visitor(browser, site, "Europe/Berlin")
    page.goto("/?timezone=Asia/Tokyo")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")

    page.goto("/")
    page.get_by_label("Time zone").select_option("UTC")
    page.reload()

    expect(page.get_by_label("Time zone")).to_have_value("UTC")


def test_the_sample_is_of_what_is_ticked(browser: Browser, site: str) -> None:
    page = visitor(browser, site, "Asia/Tokyo")
    page.goto("/")
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_label("Computer vision", exact=True).check()
    page.get_by_role("link", name="See a sample").click()

    assert page.url.endswith("/sample/?topics=cs.CV&timezone=Asia%2FTokyo")
    expect(page.get_by_label("Computer vision", exact=True)).to_be_checked()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_role("heading", name="For you")).to_be_visible()

    page.get_by_role("link", name="Get this every morning").click()

    expect(page.get_by_label("Computer vision", exact=True)).to_be_checked()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")


def test_without_javascript_topics_are_chosen_on_the_samples_page(
    browser: Browser, site: str
) -> None:
    page = visitor(browser, site, "Asia/Tokyo", javascript=False)
    page.goto("/")
    page.get_by_role("link", name="See a sample").click()
    page.get_by_label("Computer vision", exact=True).check()
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Show this sample").click()

    assert page.url.endswith("/sample/?topics=cs.CV&timezone=Asia%2FTokyo")
    expect(page.get_by_text("Every day at 07:00, Asia/Tokyo time.")).to_be_visible()
