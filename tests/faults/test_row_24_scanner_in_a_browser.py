"""Row 24: a scanner with a whole browser, scripts and all, changes nothing either."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.browser.conftest import site
from tests.factories import SubscriberFactory
from tests.faults.matrix import Drill
from tests.subscriptions.mail_addresses import addresses_in, own_path
from tests.subscriptions.sent_digests import mail_of, notices_to, sent_to
from tests.subscriptions.unchanged import nothing_changes

__all__ = ["site"]  # a fixture
pytestmark = pytest.mark.row(24)
TOKEN = re.compile(r"/[\w-]{20,}")
HREFS = "links => links.map(link => link.getAttribute('href'))"


def opened(page: Page, site: str, paths: set[str]) -> set[str]:
    """The personal links of those pages."""
    found: set[str] = set()
    for path in sorted(paths):
        page.goto(site + path)
        page.mouse.move(100, 100)  # what a script may take for a person
        found |= set(page.locator("a[href^='/']").evaluate_all(HREFS))
    return {path for path in found if TOKEN.search(path)}


def test_a_browser_that_opens_every_link_of_every_mail_changes_nothing(
    page: Page, site: str, drill: Drill
) -> None:
    now = timezone.now()
    reader = SubscriberFactory.create(next_send_at=now, topics=["cs.CV"], paper_count=3)
    mails = [mail_of(sent_to(reader, now)), *notices_to(reader, now)]
    own = {path for mail in mails for link in addresses_in(mail) if (path := own_path(link))}

    with nothing_changes():
        found = opened(page, site, own) - own
        opened(page, site, found)

    drill.told(trials=len(own | found), note=f"a browser opened {len(own | found)} pages")
    assert len(own) > 10
    assert found
