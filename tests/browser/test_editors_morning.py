"""An editor's whole morning, clicked as a person would, until the digest is in the mailbox."""

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer

from tests.browser import editing
from tests.papers.test_submissions import Arxiv


@pytest.fixture
def arxiv(site: str, httpserver: HTTPServer, settings: Settings) -> Arxiv:
    stub = Arxiv(httpserver)
    stub.known = set(editing.FIVE)
    settings.ARXIV_API_URL = stub.url
    return stub


@pytest.mark.parametrize("javascript", [False, True], indirect=True)
def test_an_editor_imports_pins_previews_holds_and_releases(
    page: Page, site: str, arxiv: Arxiv, settings: Settings, browser: Browser
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    editing.log_in_for_the_first_time(page)
    editing.import_five_papers_by_link(page)
    assert arxiv.asked == [editing.FIVE]
    pinned = editing.pin_one_of_them(page)
    editing.preview_as_somebody_made_up(page, pinned)
    editing.send_a_test_to_oneself(page)
    editing.a_reader_is_due()
    editing.have_it_previewed_as_the_reader(browser, site, pinned)
    editing.hold_the_edition(page)
    editing.see_that_nothing_leaves(page)
    editing.release_it(page)
    editing.find_it_on_top_of_the_digest(page, pinned)
