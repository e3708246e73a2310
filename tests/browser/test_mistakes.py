"""What was typed wrongly is named first, with a way to mend it, and nothing typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from subscriptions.models import Subscriber
from tests.browser.reading import EMAIL

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
