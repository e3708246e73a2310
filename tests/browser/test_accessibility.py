"""WCAG 2.2 AA: axe finds nothing on any page and in any mail, in every look; pages reflow."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from playwright.sync_api import Page

from digest_project.urls import urlpatterns as site_urls
from papers import editions
from papers.models import Author, Edition, Paper
from papers.scores import rank
from subscriptions import links
from subscriptions.digests import pipeline
from subscriptions.emails import digest, notice
from subscriptions.links import Purpose
from subscriptions.models import MailboxMessage, Notice, Subscriber
from tests.factories import AuthorFactory, NoticeFactory, PaperFactory, SubscriberFactory

Theme = Literal["light", "dark"]
LOOKS: list[tuple[int, Theme]] = [(w, theme) for w in (375, 1280) for theme in get_args(Theme)]
NARROWEST = 320
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
State = Subscriber.State


# --- pages ---------------------------------------------------------------------------------------


def public_pages(now: datetime) -> list[str]:
    long = "Hyperparametrisations of Pneumonoultramicroscopicsilicovolcanoconiosis " * 3
    well_known = PaperFactory.create(title=long, code_url=f"https://example.org/{'x' * 90}")
    bare = Paper.objects.create(title="Nothing else is known", has_code=True)
    withdrawn = PaperFactory.create(status=Paper.Status.HIDDEN, withdrawn="by its authors")
    crowd = PaperFactory.create(authors=[f"Member Number {number}" for number in range(40)])
    namesake = AuthorFactory.create(name="Sam Same", homepage="https://example.org/")
    AuthorFactory.create(name="Sam Same")
    rank(now)
    edition = editions.refresh(now)
    author = Author.objects.exclude(h_index=None).latest("pk")
    voted = Paper.objects.alias(days=Count("signals")).filter(days__gt=2).latest("trending")
    return [
        "/",
        "/sample/",
        "/sample/?topics=cs.CV&topics=no.SUCH&timezone=Mars/Olympus",
        "/about/",
        "/privacy/",
        "/check-your-inbox/",
        "/check-your-inbox/?link=asked",
        "/my-link/",
        well_known.get_absolute_url(),
        bare.get_absolute_url(),
        f"/d/{edition}/",
        f"/d/{edition}/?page=2",
        f"/d/{edition}/?topic=cs.CV",
        "/d/2020-01-01/",
        "/archive/",
        f"/archive/{now:%Y-%m}/",
        f"/archive/{now:%G-W%V}/",
        "/archive/2020-01/",
        voted.get_absolute_url(),
        crowd.get_absolute_url(),
        withdrawn.get_absolute_url(),
        author.get_absolute_url(),
        f"{author.get_absolute_url()}?sort=votes",
        namesake.get_absolute_url(),
        "/a/sam-same/",
        "/topics/",
        "/topics/cs.CV/",
        "/topics/hep-ph/",
        "/search/",
        "/search/?q=member&has_code=on",
        "/search/?q=diffusion+models",
        "/search/?q=nobody+wrote+this",
        "/search/?since=tomorrow",
        "/submit/",
        "/submit/thanks/",
        "/voting/",
        "/nothing/here/",
    ]


# Each page behind a link of a mail says something else to readers in these states.
SAYS_ELSE_TO = {
    Purpose.CONFIRM: [State.PENDING, State.ACTIVE, State.UNSUBSCRIBED],
    Purpose.PREFERENCES: [State.PENDING, State.ACTIVE, State.UNSUBSCRIBED],
    Purpose.UNSUBSCRIBE: [State.ACTIVE, State.UNSUBSCRIBED],
    Purpose.UNDO: [State.ACTIVE, State.UNSUBSCRIBED],
}


def personal_pages(now: datetime) -> list[str]:
    readers = {state: SubscriberFactory.create(state=state, topics=["cs.CV"]) for state in State}
    pages = [
        links.path(purpose, readers[state], now)
        for purpose, states in SAYS_ELSE_TO.items()
        for state in states
    ]
    expired = now - timedelta(days=200)
    return [*pages, links.path(Purpose.PREFERENCES, readers[State.ACTIVE], expired)]


def mailbox_pages(now: datetime) -> list[str]:
    digest.as_mail(pipeline.preview(SubscriberFactory.create(), now)).as_email().send()
    mail = f"/dev/mailbox/{MailboxMessage.objects.get().pk}/"
    text = MailboxMessage.objects.create(
        message_id="1", recipient="a@example.org", text="Words\n" + "long" * 90
    )
    return [
        "/dev/mailbox/",
        "/dev/mailbox/?to=nobody",
        mail,
        f"{mail}?width=phone&theme=dark",
        f"/dev/mailbox/{text.pk}/",
    ]


@pytest.mark.parametrize("pages_of", [public_pages, personal_pages, mailbox_pages])
def test_nothing_stands_in_anybodys_way(
    page: Page, site: str, subtests: pytest.Subtests, pages_of: Any
) -> None:
    for address in pages_of(timezone.now()):
        with subtests.test(page=address):
            page.goto(address)
            assert problems(page) == []
            page.set_viewport_size({"width": NARROWEST, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") == NARROWEST


def test_nothing_stands_in_the_way_of_who_mistyped(page: Page, site: str) -> None:
    page.goto("/")
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_text("All topics").click()

    assert problems(page) == []


def test_nothing_stands_in_the_way_of_who_left(page: Page, site: str) -> None:
    page.goto(links.path(Purpose.UNSUBSCRIBE, SubscriberFactory.create(), timezone.now()))
    page.get_by_role("button", name="Unsubscribe").click()

    assert problems(page) == []


def test_nothing_stands_in_the_way_before_the_first_edition(page: Page, site: str) -> None:
    Edition.objects.all().delete()
    page.goto("/")

    assert problems(page) == []


# --- errors --------------------------------------------------------------------------------------


def broken(request: HttpRequest, error: str) -> HttpResponse:
    raise {"400": SuspiciousOperation, "403": PermissionDenied, "500": RuntimeError}[error]


urlpatterns = [*site_urls, path("broken/<str:error>/", broken)]


@pytest.mark.urls(__name__)
def test_nothing_stands_in_the_way_when_something_broke(
    page: Page, site: str, subtests: pytest.Subtests
) -> None:
    for error in ("400", "403", "500"):
        with subtests.test(error=error):
            answer = page.goto(f"/broken/{error}/")
            assert answer is not None
            assert answer.status == int(error)
            assert problems(page) == []


def test_nothing_stands_in_the_way_of_who_refuses_cookies(page: Page, site: str) -> None:
    page.goto("/my-link/")
    page.context.clear_cookies()
    page.get_by_role("button", name="Mail me my link").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Please send it again"
    assert problems(page) == []


# --- mail ----------------------------------------------------------------------------------------

# Mail programs show a mail within a page of theirs, whose landmarks it must not add to.
LANDMARKS = ("region", "landmark-one-main")


def test_nothing_stands_in_the_way_in_any_mail(
    page: Page, site: str, subtests: pytest.Subtests
) -> None:
    mails = [notice.as_mail(NoticeFactory.create(kind=kind)) for kind in Notice.Kind]
    reader = SubscriberFactory.create(topics=["cs.CV"])
    mails.append(digest.as_mail(pipeline.preview(reader, timezone.now())))
    for mail in mails:
        with subtests.test(mail=mail.subject):
            page.set_content(mail.html)
            assert problems(page, without=LANDMARKS) == []


# --- the admin site ------------------------------------------------------------------------------


# Django's own markup, which we show as it comes:
DJANGOS = [
    "#searchbar",  # named by the picture of a lens alone
    ".toplinks",  # days of the date hierarchy, 15 px high
    "#changelist-filter",  # choices 20 px high, one right below the other
]


def test_nothing_of_ours_stands_in_the_way_of_editors(
    page: Page, site: str, client: Client, subtests: pytest.Subtests
) -> None:
    client.force_login(User.objects.create_superuser("sam"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    for address in ("/admin/", "/admin/papers/paper/?q=vision"):
        with subtests.test(page=address):
            page.goto(address)
            assert problems(page, apart_from=DJANGOS) == []


# --- looking -------------------------------------------------------------------------------------


def problems(
    page: Page, *, without: Sequence[str] = (), apart_from: Sequence[str] = ()
) -> list[str]:
    """What axe finds, as "rule: element (look)"; `without` rules, `apart_from` elements."""
    return [
        f"{found['id']}: {node['target']} ({width}, {theme})"
        for width, theme in LOOKS
        for found in _violations(page, width, theme, apart_from)
        if found["id"] not in without
        for node in found["nodes"]
    ]


def _violations(page: Page, width: int, theme: Theme, apart_from: Sequence[str]) -> Any:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    # The admin site changes its colours within a moment.
    page.evaluate("Promise.all(document.getAnimations().map(it => it.finished)).then(() => {})")
    # Frames are left out: a mail is looked at by itself.
    options = {"runOnly": LEVELS, "resultTypes": ["violations"], "iframes": False}
    context = {"exclude": [[selector] for selector in apart_from]}
    return Axe().run(page, context=context, options=options).response["violations"]
