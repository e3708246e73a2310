"""What one reader sees of the site and of its mail, and what is kept of them."""

import threading
from datetime import datetime, timedelta
from io import StringIO

import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import FrameLocator, Page, expect

from papers.latex import readable
from subscriptions.models import Digest, Subscriber

EMAIL = "ada@example.org"
ASKINGS = 100  # for a mail that is being sent; each is a page load


def reader() -> Subscriber:
    return Subscriber.objects.get(email=EMAIL)


def topics() -> set[str]:
    return set(reader().topics.values_list("code", flat=True))


def tomorrow() -> datetime:
    """Another day everywhere, and its edition is built by then."""
    return (timezone.now() + timedelta(days=1)).replace(hour=20)


def have_the_digest_sent(now: datetime) -> Digest:
    """As the operator's command does at that moment."""
    said = StringIO()
    with time_machine.travel(now, tick=False):
        call_command("send_digests", subscriber=EMAIL, stdout=said)
    assert "1 sent" in said.getvalue()
    assert "0 unexplained" in said.getvalue()
    return newest_digest()


def newest_digest() -> Digest:
    newest: Digest = reader().digests.select_related("subscriber").latest("local_date")
    return newest


def titles(digest: Digest) -> list[str]:
    return [readable(item.paper.title) for item in digest.items.select_related("paper")]


def await_mail() -> None:
    """Without a broker it is sent beside the request: subscriptions/wake.py."""
    await_threads("notices", "digests")


def await_threads(*names: str) -> None:
    for thread in threading.enumerate():
        if thread.name in names:
            thread.join(timeout=20)
            assert not thread.is_alive()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def open_mail(page: Page, subject: str) -> FrameLocator:
    """Opens the newest mail of that subject, asking the mailbox again until it is there."""
    page.bring_to_front()
    mail = page.get_by_role("listitem").get_by_role("link", name=subject)
    for _ in range(ASKINGS):
        page.goto(f"/dev/mailbox/?to={EMAIL}")
        if mail.count():
            break
    mail.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject)
    return part(page)


def part(page: Page) -> FrameLocator:
    """The mail itself, within the page that shows it."""
    return page.frame_locator("iframe[title='HTML part']")


def follow(page: Page, link: str) -> Page:
    """Clicks the first such link of the mail on show; like a mail program, it opens a new page."""
    page.bring_to_front()  # a tab in the background opens no other
    with page.context.expect_page() as opened:
        part(page).get_by_role("link", name=link, exact=True).first.click()
    return opened.value
