"""An editor's morning at the desk, one step a function, each with its sign in the database."""

import re
from io import StringIO

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from papers.models import Edition, Paper
from subscriptions.addresses import masked
from subscriptions.models import Digest, MailboxMessage, Subscriber
from tests.admin_site import sign_in_with_both_factors
from tests.browser.reading import EMAIL, await_threads, newest_digest, open_mail, titles
from tests.factories import SubscriberFactory
from tests.staff.codes import PASSWORD, code_of_key

OWN_ADDRESS = "erin@example.org"
FIVE = [f"2401.0000{number}" for number in range(1, 6)]
LINKS = """\
https://arxiv.org/abs/2401.00001
https://arxiv.org/pdf/2401.00002v2
http://export.arxiv.org/abs/2401.00003
https://doi.org/10.48550/arXiv.2401.00004
* [2401.00005](https://arxiv.org/abs/2401.00005)
"""


def staff(name: str, group: str) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def a_reader_is_due() -> Subscriber:
    return SubscriberFactory.create(email=EMAIL, topics=["cs.CL"], send_hour=0)


def log_in_for_the_first_time(page: Page) -> None:
    staff("erin", "Editors")
    page.goto("/admin/")
    page.get_by_label("Username").fill("erin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    key = page.locator("li > code").inner_text()
    page.get_by_role("textbox").fill(code_of_key(key))
    page.get_by_role("button", name="Set up").click()

    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have them: go on").click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()


def import_five_papers_by_link(page: Page) -> None:
    page.get_by_role("link", name="Papers", exact=True).last.click()
    page.get_by_role("link", name="Import by arXiv ids").click()
    page.get_by_label("arXiv ids or links").fill(LINKS)
    page.get_by_role("button", name="Look them up").click()
    standing = page.get_by_role("status")
    expect(standing).to_be_visible()
    await_threads("imports")
    page.reload()
    expect(standing).to_contain_text("Nothing is imported yet.")
    assert not Paper.objects.filter(arxiv_id__in=FIVE).exists()

    page.get_by_role("button", name="Import these 5 papers").click()
    expect(standing).not_to_contain_text("Nothing is imported yet.")
    await_threads("imports")
    page.reload()
    expect(standing).to_contain_text("Imported: 5 papers.")
    assert Paper.objects.filter(arxiv_id__in=FIVE).count() == len(FIVE)


def pin_one_of_them(page: Page) -> str:
    """Its title."""
    title = f"The Paper {FIVE[2]}"
    open_todays_edition(page)
    page.get_by_role("link", name="Papers", exact=True).last.click()
    page.get_by_role("searchbox").fill(FIVE[2])
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name=f"Add {title}").click()
    page.get_by_role("button", name=f"Pin: {title}", exact=True).click()

    expect(page.locator(".ranks h2").first).to_have_text(title)
    first = Edition.objects.latest("date").candidates.get(rank=1)
    assert (first.paper.title, first.placement) == (title, "pinned")
    return title


def preview_as_somebody_made_up(page: Page, pinned: str) -> None:
    open_todays_edition(page)
    page.get_by_role("link", name="Preview as").click()
    expect(page.get_by_label("Reader")).to_have_count(0)  # an editor sees nobody's digest
    page.get_by_label("Topics").fill("cs.CL, stat")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile("topics=cs.CL"))
    assert first_of_the_previewed(page) == pinned
    assert not Digest.objects.exists()


def send_a_test_to_oneself(page: Page) -> None:
    button = page.get_by_role("button", name=f"Send this as a test to {OWN_ADDRESS}")
    button.press("Enter")  # right after scrolling a frame, Chromium still gives it clicks beside it

    expect(page.get_by_text("The test is on its way")).to_be_visible()
    assert MailboxMessage.objects.get().recipient == OWN_ADDRESS
    assert not Digest.objects.exists()


def have_it_previewed_as_the_reader(browser: Browser, site: str, pinned: str) -> None:
    """By a colleague who may see readers."""
    client = Client()
    sign_in_with_both_factors(client, staff("kim", "Support"))
    session = client.cookies["sessionid"].value
    with browser.new_context(base_url=site) as context:
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        page.goto("/admin/papers/edition/preview/")
        page.get_by_label("Reader").fill(EMAIL)
        page.get_by_role("button", name="Show").click()

        expect(page.get_by_text(masked(EMAIL), exact=True)).to_be_visible()
        assert first_of_the_previewed(page) == pinned
        assert not Digest.objects.exists()


def hold_the_edition(page: Page) -> None:
    open_todays_edition(page)
    page.get_by_role("link", name="Hold …").click()
    page.get_by_label("Reason").fill("is the third one retracted?")
    page.get_by_role("button", name="Hold it").click()

    expect(page.locator(".held")).to_contain_text("Held by erin")
    expect(page.locator(".held")).to_contain_text("is the third one retracted?")


def see_that_nothing_leaves(page: Page) -> None:
    tick()

    page.reload()
    expect(page.get_by_role("row", name="in progress 1")).to_be_visible()
    expect(page.get_by_role("row", name="sent 0")).to_be_visible()
    assert newest_digest().state == "pending"
    assert not MailboxMessage.objects.filter(recipient=EMAIL).exists()


def release_it(page: Page) -> None:
    page.locator(".held").get_by_role("link", name="Release …").click()
    expect(page.get_by_text("Digests that wait: 1.")).to_be_visible()
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_text("Released.")).to_be_visible()
    expect(page.locator(".held")).to_have_count(0)

    tick()

    page.reload()
    expect(page.get_by_role("row", name="sent 1")).to_be_visible()
    expect(page.get_by_role("row", name="unexplained 0")).to_be_visible()


def find_it_on_top_of_the_digest(page: Page, pinned: str) -> None:
    digest = newest_digest()
    mail = open_mail(page, digest.subject)

    expect(mail.get_by_role("heading", level=3)).to_have_text(titles(digest))
    assert titles(digest)[0] == pinned
    tick()
    assert MailboxMessage.objects.filter(recipient=EMAIL).count() == 1


def open_todays_edition(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Editions", exact=True).last.click()
    page.locator(".field-date a").first.click()


def first_of_the_previewed(page: Page) -> str:
    mail = page.frame_locator("iframe[title='The mail']")
    return mail.get_by_role("heading", level=3).first.inner_text()


def tick() -> None:
    """As a minute later."""
    call_command("tick", stdout=StringIO())
