"""A scanner with a whole browser, scripts and all, changes nothing either."""

from django.utils import timezone
from playwright.sync_api import Page

from tests.factories import SubscriberFactory
from tests.subscriptions.mail_addresses import addresses_in, own_path
from tests.subscriptions.sent_digests import mail_of, notices_to, sent_to
from tests.subscriptions.unchanged import nothing_changes


def test_a_browser_that_opens_every_link_of_every_mail_changes_nothing(
    page: Page, site: str
) -> None:
    now = timezone.now()
    reader = SubscriberFactory.create(next_send_at=now, topics=["cs.CV"], paper_count=3)
    mails = [mail_of(sent_to(reader, now)), *notices_to(reader, now)]
    own = {path for mail in mails for link in addresses_in(mail) if (path := own_path(link))}

    with nothing_changes():
        for path in sorted(own):
            page.goto(site + path)

    assert len(own) > 10
