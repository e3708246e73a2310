"""The admin site in the browser: every list and form, for everybody, under the strict policy."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from papers.models import Edition, Paper
from tests.browser.looking import problems
from tests.browser.one_of_everything import make_one_of_everything

WIDTHS = (1280, 768)
GRAVE = ("error", "warning")  # hints to developers are neither


@pytest.fixture
def cookies(site: str, client: Client) -> list[Any]:
    """Of somebody who may do everything, where there is something of everything."""
    make_one_of_everything(timezone.now())
    client.force_login(User.objects.create_superuser("sam", password="a horse and a stable"))
    return [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}]


@pytest.fixture
def desk(page: Page, cookies: list[Any]) -> Page:
    page.context.add_cookies(cookies)
    return page


@pytest.fixture
def desk_without_scripts(browser: Browser, base_url: str, cookies: list[Any]) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()


# --- for everybody -------------------------------------------------------------------------------


LOOKED_AT = ("changelist", "add", "change")
REACHED = (*LOOKED_AT, "history", "delete")
OF_A_ROW = ("change", "history", "delete")


def model_pages(names: Sequence[str]) -> Iterator[str]:
    """Those pages of each list and of its first row."""
    for model in admin.site._registry:
        row = model._default_manager.first()
        key = [row.pk] if row else []
        pages = (address(model, name, *(key if name in OF_A_ROW else [])) for name in names)
        yield from filter(None, pages)


def address(model: type[Model], page: str, *row: int) -> str:
    """Empty where the admin site has no such page."""
    try:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        return reverse(name, args=row)
    except NoReverseMatch:
        return ""


# by POST, or no page: a mail, a table, a script
NO_PAGES = {
    *("papers_paper_process_import", "papers_topic_process_import", "papers_paperimport_lines"),
    *("subscriptions_suppression_process_import", "subscriptions_dayfigures_table"),
    *("subscriptions_subscriber_address", "subscriptions_subscriber_data"),
    *("preview_mail", "preview_test", "subscriptions_digest_mail"),
}


def other_pages() -> Iterator[str]:
    """All that the site and its lists have besides."""
    for name in ("index", "password_change", "password_change_done", "your_sign_in", "enrol"):
        yield reverse(f"admin:{name}")
    for label in sorted({model._meta.app_label for model in admin.site._registry}):
        yield reverse("admin:app_list", args=[label])
    for model, desk in admin.site._registry.items():
        row = model._default_manager.first()
        for page in desk.get_urls():
            name = page.name or ""
            if name and name.rpartition("_")[2] not in REACHED and name not in NO_PAGES:
                about = Edition.objects.first() if name.endswith("_edition") else row
                key = [about.pk] if about and page.pattern.converters else []
                yield reverse(f"admin:{name}", args=key)


def test_every_list_has_a_row_to_look_at(cookies: list[Any]) -> None:
    empty = [m._meta.label for m in admin.site._registry if not m._default_manager.exists()]

    assert empty == []  # tests/browser/one_of_everything.py makes them


def test_nothing_stands_in_anybodys_way(desk: Page, subtests: pytest.Subtests) -> None:
    told: list[str] = []
    desk.on("console", lambda it: told.append(it.text) if it.type in GRAVE else None)
    desk.on("pageerror", lambda error: told.append(str(error)))
    for page in [*other_pages(), *model_pages(LOOKED_AT)]:
        with subtests.test(page=page):
            answer = desk.goto(page)
            assert answer is not None
            if answer.status != 403:  # a page that Django has and this list has not
                assert answer.status == 200
                assert told == []  # before axe comes, which styles what it looks at
                assert problems(desk, widths=WIDTHS) == []
                assert desk.evaluate("document.documentElement.scrollWidth") <= WIDTHS[-1]
        told.clear()


# --- with scripts off ----------------------------------------------------------------------------


def test_everything_is_there_with_scripts_off(
    desk_without_scripts: Page, subtests: pytest.Subtests
) -> None:
    page = desk_without_scripts
    for address in [*other_pages(), *model_pages(REACHED)]:
        with subtests.test(page=address):
            answer = page.goto(address)
            assert answer is not None
            assert answer.status in {200, 403}


def test_a_paper_is_found_and_changed_with_scripts_off(desk_without_scripts: Page) -> None:
    page = desk_without_scripts
    paper = Paper.objects.visible().latest("trending")
    page.goto(reverse("admin:papers_paper_changelist"))
    page.get_by_role("searchbox").fill(paper.title)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=paper.title, exact=True).click()
    page.get_by_label("Summary").first.fill("A new teaser.")
    page.get_by_role("button", name="Save", exact=True).click()

    paper.refresh_from_db()
    assert paper.summary == "A new teaser."


def test_dark_follows_the_system_with_scripts_off(desk_without_scripts: Page) -> None:
    page = desk_without_scripts
    grounds = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto("/admin/")
        grounds.append(page.screenshot())

    assert grounds[0] != grounds[1]
