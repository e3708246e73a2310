"""WCAG 2.2 AA: axe finds nothing on any public page, in every look."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from playwright.sync_api import Page

from digest_project.urls import urlpatterns as site_urls
from papers import editions
from papers.models import Author, Edition, Paper
from papers.scores import rank
from subscriptions.digests import pipeline
from subscriptions.emails import digest
from subscriptions.models import MailboxMessage
from tests.browser.looking import obstacles, problems
from tests.factories import AuthorFactory, PaperFactory, SubscriberFactory

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
        "/language/",
        "/language/?next=/archive/",
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


@pytest.mark.parametrize("pages_of", [public_pages, mailbox_pages])
def test_nothing_stands_in_anybodys_way(
    page: Page, site: str, subtests: pytest.Subtests, pages_of: Any
) -> None:
    for address in pages_of(timezone.now()):
        with subtests.test(page=address):
            page.goto(address)
            assert obstacles(page) == []


def test_nothing_stands_in_the_way_in_german(
    page: Page, site: str, subtests: pytest.Subtests
) -> None:
    page.set_extra_http_headers({"Accept-Language": "de"})
    for address in ("/", "/sample/", "/about/", "/language/", "/search/?q=diffusion"):
        with subtests.test(page=address):
            page.goto(address)
            assert page.locator("html").get_attribute("lang") == "de"
            assert obstacles(page) == []


def test_nothing_stands_in_the_way_of_who_mistyped(page: Page, site: str) -> None:
    page.goto("/")
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_text("All topics").click()

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
