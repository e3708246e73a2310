"""Opening a paper by the button of who lets it count: what only a browser can tell.

Chromium holds the redirects after a form to the policy's form-action. So the full text is on
another site here, which leads on to a third one, as a DOI does.
"""

import pytest
from playwright.sync_api import Page, expect
from pytest_httpserver import HTTPServer
from werkzeug import Response

from papers.models import Paper
from subscriptions import recognition
from subscriptions.models import Read, Subscriber
from tests.factories import SubscriberFactory
from tests.subscriptions.browsers import cookie_of


@pytest.fixture
def publisher(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the full text; papers lead to one that redirects there."""
    there = httpserver.url_for("/full-text/").replace("127.0.0.1", "localhost")
    onward = Response(status=302, headers={"Location": there})
    httpserver.expect_request("/doi/").respond_with_response(onward)
    httpserver.expect_request("/full-text/").respond_with_data(
        "<h1>Here it is</h1>", 200, None, "text/html"
    )
    monkeypatch.setattr(
        Paper, "abstract_url", httpserver.url_for("/doi/").replace("localhost", "127.0.0.1")
    )
    return there


def recognise(page: Page, site: str, reader: Subscriber) -> None:
    page.context.add_cookies(
        [{"name": recognition.COOKIE, "value": cookie_of(reader), "url": site}]
    )


@pytest.mark.parametrize("javascript", [True, False], indirect=True, ids=["js", "no js"])
def test_the_button_leads_to_the_full_text_and_back_is_the_paper(
    page: Page, site: str, publisher: str
) -> None:
    reader, paper = SubscriberFactory.create(learns_from_reads=True), Paper.objects.latest("pk")
    recognise(page, site, reader)
    page.goto(paper.get_absolute_url())

    page.get_by_role("button", name="Read the paper").click()

    expect(page).to_have_url(publisher)
    expect(page.get_by_role("heading", name="Here it is")).to_be_visible()
    assert Read.objects.get().paper == paper
    page.go_back()
    expect(page).to_have_url(site + paper.get_absolute_url())
    expect(page.get_by_role("button", name="Read the paper")).to_be_visible()


def test_a_tab_from_before_it_was_turned_off_leads_there_and_keeps_nothing(
    page: Page, site: str, publisher: str
) -> None:
    reader, paper = SubscriberFactory.create(learns_from_reads=True), Paper.objects.latest("pk")
    recognise(page, site, reader)
    page.goto(paper.get_absolute_url())
    Subscriber.objects.update(learns_from_reads=False)

    page.get_by_role("button", name="Read the paper").click()

    expect(page).to_have_url(publisher)
    assert not Read.objects.exists()


def test_who_did_not_allow_it_follows_a_link(page: Page, site: str, publisher: str) -> None:
    recognise(page, site, SubscriberFactory.create())
    page.goto(Paper.objects.latest("pk").get_absolute_url())

    page.get_by_role("link", name="Read the paper").click()

    expect(page).to_have_url(publisher)
    assert not Read.objects.exists()
