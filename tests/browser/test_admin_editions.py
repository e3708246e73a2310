"""The editor's desk in the browser: it works with JavaScript off, and nothing stands in the way."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from papers import editions
from papers.models import Edition
from tests.browser.looking import problems

WIDTHS = (768, 1280)


@pytest.fixture
def edition(site: str) -> Edition:
    """Of today, open."""
    return editions.build(timezone.now())


@pytest.fixture
def desk(edition: Edition, browser: Browser, site: str, client: Client) -> Iterator[Page]:
    """The edition's page, of somebody who may do everything and has JavaScript off."""
    client.force_login(User.objects.create_superuser("sam"))
    context = browser.new_context(java_script_enabled=False, base_url=site)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    page = context.new_page()
    page.goto(f"/admin/papers/edition/{edition.pk}/change/")
    yield page
    context.close()


def titles(page: Page) -> list[str]:
    page.wait_for_load_state()
    return page.locator(".ranks h2").all_inner_texts()


def press(page: Page, button: str, title: str) -> None:
    page.get_by_role("button", name=f"{button}: {title}", exact=True).click()


def test_papers_are_moved_pinned_and_dropped_and_readers_see_that_order(desk: Page) -> None:
    desk.get_by_role("link", name="Papers", exact=True).last.click()
    first, second, third, fourth, *_ = titles(desk)

    press(desk, "Up", second)
    expect(desk.get_by_text("was moved up; its rank is 1.")).to_be_visible()
    press(desk, "Pin", fourth)
    press(desk, "Drop", first)
    rank = desk.get_by_label(f"New rank of {third}", exact=True)
    rank.fill("2")
    rank.press("Enter")

    expect(desk.get_by_text("was moved; its rank is 2.")).to_be_visible()
    assert titles(desk)[:3] == [fourth, third, second]
    assert desk.url.partition("#")[2] == desk.locator(".ranks > li:target").get_attribute("id")
    desk.goto(f"/d/{timezone.now().date()}/")
    shown = desk.locator(".entries, main").first.inner_text()
    assert -1 < shown.index(fourth) < shown.index(third) < shown.index(second)
    assert first not in shown


def test_an_edition_is_held_with_a_reason_and_released(desk: Page) -> None:
    desk.get_by_role("link", name="Hold …").click()
    desk.get_by_label("Reason").fill("a wrong paper")
    desk.get_by_role("button", name="Hold it").click()
    expect(desk.locator(".held")).to_contain_text("a wrong paper")

    desk.locator(".held").get_by_role("link", name="Release …").click()
    expect(desk.get_by_text("Digests that wait: 0.")).to_be_visible()
    desk.get_by_role("button", name="Release it").click()

    expect(desk.locator(".held")).to_have_count(0)


PAGES = ("change/", "papers/", "papers/?q=vision", "before/", "freeze/", "release/")


@pytest.fixture
def held(edition: Edition, page: Page, site: str, client: Client) -> str:
    """The address of its pages; the browser is signed in, with JavaScript on."""
    editions.hold(edition, "why", "sam", timezone.now())
    client.force_login(User.objects.create_superuser("sam"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    return f"/admin/papers/edition/{edition.pk}/"


def test_nothing_stands_in_the_way_of_editors(
    page: Page, held: str, subtests: pytest.Subtests
) -> None:
    for name in PAGES:
        with subtests.test(page=name):
            page.goto(held + name)
            assert problems(page, widths=WIDTHS) == []


def test_no_page_asks_for_what_the_policy_forbids(page: Page, held: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    for name in PAGES:
        page.goto(held + name)

    assert complaints == []
