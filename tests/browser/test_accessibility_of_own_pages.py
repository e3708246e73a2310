"""WCAG 2.2 AA behind personal links: in every state, in both languages, and after every button."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Digest, Subscriber
from tests.browser.looking import obstacles
from tests.browser.readers import last_digest, own_page, own_pages, who_said_much
from tests.factories import DigestFactory, SubscriberFactory

State = Subscriber.State
AWAY = (State.PENDING, State.UNSUBSCRIBED, State.SUPPRESSED)
SAME_FOR_ALL = ("/interests/", "/preview/")
Presses = Iterator[str]  # what was just pressed; the page shows what came of it


def pages_of_who_said_much(now: datetime) -> list[str]:
    reader = who_said_much(now)
    interests, my_data = own_page(reader, now, "interests"), own_page(reader, now, "my_data")
    return [
        *own_pages(reader, now),
        f"{interests}?q=li",
        f"{interests}?q=Nobody+Nowhere",
        f"{my_data}?page=2",
        *pages_of(last_digest(reader)),
    ]


def pages_of_who_is_away_and_reads_german(now: datetime) -> list[str]:
    until = now + timedelta(days=9)
    reader = who_said_much(now, language="de", frequency="weekly", timezone="Asia/Tokyo")
    Subscriber.objects.filter(pk=reader.pk).update(state=State.PAUSED, paused_until=until)
    reader.refresh_from_db()
    return [*own_pages(reader, now), *pages_of(last_digest(reader))]


def pages_of_who_gets_nothing(now: datetime) -> list[str]:
    pages = [page for state in AWAY for page in pages_in(state, now)]
    expired = now - timedelta(days=200)
    without_zone = SubscriberFactory.create(timezone="Mars/Olympus")
    return [*pages, own_page(without_zone, expired), own_page(without_zone, now)]


def pages_in(state: State, now: datetime) -> list[str]:
    reader = SubscriberFactory.create(state=state)
    closed = links.digest_path(DigestFactory.create(subscriber=reader, state="sent"))
    own = [page for page in own_pages(reader, now) if not page.endswith(SAME_FOR_ALL)]
    return [*own, f"{closed}worth/"]


def pages_of(digest: Digest) -> list[str]:
    copy = links.digest_path(digest)
    return [copy, f"{copy}worth/", *(f"{copy}4/{wish}/" for wish in ("more", "less", "vote"))]


@pytest.mark.parametrize(
    "pages",
    [
        pages_of_who_said_much,
        pages_of_who_is_away_and_reads_german,
        pages_of_who_gets_nothing,
    ],
)
def test_nothing_stands_in_the_way_on_pages_of_ones_own(
    page: Page, site: str, subtests: pytest.Subtests, pages: Callable[[datetime], list[str]]
) -> None:
    for address in pages(timezone.now()):
        with subtests.test(page=address):
            page.goto(address)
            assert obstacles(page) == []


# --- after a press -------------------------------------------------------------------------------


def press(page: Page, name: str) -> str:
    page.get_by_role("button", name=name).first.click()
    return f"{name} ({page.title()})"


def mistakes(page: Page, reader: Subscriber, now: datetime) -> Presses:
    page.goto(own_page(reader, now))
    page.get_by_label("Papers in a digest").fill("99")
    page.get_by_label("Keywords to follow").fill("of\n" + "long " * 40)
    yield press(page, "Save")
    page.goto(own_page(reader, now, "welcome"))
    page.get_by_label("Keywords to follow").fill("long " * 40)
    yield press(page, "Save")
    page.goto(own_page(reader, now, "pause"))
    yield press(page, "Pause until that day")
    page.goto(own_page(reader, now, "interests"))
    yield press(page, "Take these")
    page.get_by_label("Paste ids").fill("2403.12345\nnothing of the kind\n10.1000/xyz\n@article{")
    yield press(page, "Take these")


def choices(page: Page, reader: Subscriber, now: datetime) -> Presses:
    page.goto(own_page(reader, now, "welcome"))
    yield press(page, "Save")
    page.goto(own_page(reader, now))
    yield press(page, "Save")
    yield press(page, "Forget me on this browser")
    page.goto(f"{own_page(reader, now, 'interests')}?q=li")
    yield press(page, "Follow –")
    page.get_by_text("Forget all of it").first.click()
    yield press(page, "Yes, forget all of it")


def breaks(page: Page, reader: Subscriber, now: datetime) -> Presses:
    page.goto(own_page(reader, now, "pause"))
    yield press(page, "For a week")
    yield press(page, "Resume now")
    page.goto(links.path(Purpose.LESS, reader, now))
    yield press(page, "Once a week instead")
    page.goto(links.path(Purpose.LESS, reader, now))
    yield press(page, "Pause for a month")


def opinions(page: Page, reader: Subscriber, now: datetime) -> Presses:
    digest = last_digest(reader)
    written = digest.items.filter(paper__authorships__isnull=False).distinct()
    copy, at = links.digest_path(digest), written.last().position  # type: ignore[union-attr]
    page.goto(f"{copy}{at}/more/")
    yield press(page, "More like this")
    yield press(page, "Follow")
    page.goto(f"{copy}{at}/less/")
    yield press(page, "Less like this")
    yield press(page, "Mute")
    page.goto(f"{copy}{at}/vote/")
    yield press(page, "Vote for it")
    yield press(page, "Take my vote back")
    page.goto(f"{copy}worth/?answer=yes")
    yield press(page, "Yes, it was")
    yield press(page, "Undo")


def goodbyes(page: Page, reader: Subscriber, now: datetime) -> Presses:
    page.goto(own_page(reader, now - timedelta(days=200)))
    yield press(page, "Mail me a new link")
    page.goto(links.path(Purpose.UNSUBSCRIBE, reader, now))
    yield press(page, "Unsubscribe")
    yield press(page, "Send the reason")
    page.get_by_label("It came too often").check()
    yield press(page, "Send the reason")
    yield press(page, "That was a mistake: undo")
    page.goto(own_page(reader, now, "erase"))
    page.get_by_label("And never mail this address again").check()
    yield press(page, "Delete everything")


def test_nothing_stands_in_the_way_after_any_press(
    page: Page, site: str, subtests: pytest.Subtests
) -> None:
    now = timezone.now()
    reader = who_said_much(now)
    for presses in (mistakes, choices, breaks, opinions, goodbyes):
        for pressed in presses(page, reader, now):
            with subtests.test(pressed=pressed):
                assert obstacles(page) == []
