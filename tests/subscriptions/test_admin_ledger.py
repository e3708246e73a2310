"""What the admin site tells of the ledger, of suppressions, and of today at a glance."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from papers.models import Edition
from subscriptions.models import Digest, DigestPaper, Subscriber, Suppression, Tick
from tests.admin_site import cost, sign_in
from tests.factories import (
    DigestFactory,
    EditionFactory,
    NoticeFactory,
    PaperFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db
DIGESTS = "/admin/subscriptions/digest/"
NOTICES = "/admin/subscriptions/notice/"
SUPPRESSIONS = "/admin/subscriptions/suppression/"


@pytest.fixture
def support_client(client: Client) -> Client:
    """Support sees and helps subscribers, but not their addresses."""
    rights = Permission.objects.filter(content_type__app_label="subscriptions")
    sign_in(client, rights.exclude(codename="view_address"))
    return client


# --- the ledger --------------------------------------------------------------------------------


@pytest.mark.parametrize("factory", [DigestFactory, NoticeFactory])
def test_the_ledger_is_read_only(admin_client: Client, factory: Any) -> None:
    now = datetime.now(UTC)
    row = factory.create(not_after=now + timedelta(hours=1))
    url = f"/admin/subscriptions/{row._meta.model_name}/"

    assert admin_client.get(f"{url}{row.pk}/change/").status_code == 200
    assert admin_client.get(f"{url}add/").status_code == 403
    assert admin_client.post(f"{url}{row.pk}/change/", {"state": "sent"}).status_code == 403
    assert admin_client.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_digest_tells_its_papers_and_why_they_are_there(support_client: Client) -> None:
    digest = DigestFactory.create()
    DigestPaper.objects.create(
        digest=digest,
        subscriber=digest.subscriber,
        paper=PaperFactory.create(title="On graphs"),
        position=1,
        reasons=[{"kind": "topic", "name": "Computer vision"}],
    )

    text = support_client.get(f"{DIGESTS}{digest.pk}/change/").text

    assert "On graphs" in text
    assert "In Computer vision, which you follow" in text


@pytest.mark.parametrize("words", ["<1@example.org>", "1@example.org", "READER@example.com"])
def test_a_digest_is_found_by_message_id_or_address(support_client: Client, words: str) -> None:
    wanted = DigestFactory.create(
        message_id="<1@example.org>", subscriber__email="reader@example.com"
    )
    other = DigestFactory.create(message_id="<2@example.org>")

    text = support_client.get(DIGESTS, {"q": words}).text

    assert f"{DIGESTS}{wanted.pk}/change/" in text
    assert f"{DIGESTS}{other.pk}/change/" not in text


@pytest.mark.parametrize("query", ["state__exact=skipped", "reason__isempty=0"])
def test_digests_are_filtered_by_state_and_by_having_a_reason(
    support_client: Client, query: str
) -> None:
    wanted = DigestFactory.create(state="skipped", reason="paused")
    other = DigestFactory.create()

    text = support_client.get(f"{DIGESTS}?{query}").text

    assert f"{DIGESTS}{wanted.pk}/change/" in text
    assert f"{DIGESTS}{other.pk}/change/" not in text


@pytest.mark.parametrize("url", [DIGESTS, NOTICES])
def test_the_ledger_shows_no_address(support_client: Client, url: str) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")
    now = datetime.now(UTC)
    DigestFactory.create(subscriber=reader)
    NoticeFactory.create(subscriber=reader, not_after=now)

    text = support_client.get(url).text

    assert "r•••@e•••.com" in text
    assert "reader@" not in text


# --- suppressions ------------------------------------------------------------------------------


def test_an_address_is_suppressed_without_being_kept(support_client: Client) -> None:
    facts = {"email": "Reader@example.com", "reason": "asked"}

    first, second = (support_client.post(f"{SUPPRESSIONS}add/", facts) for _ in range(2))

    assert first.status_code == 302
    assert "suppressed already" in second.text
    assert "eader@" not in str(list(Suppression.objects.values()))
    assert "eader@" not in str(list(LogEntry.objects.values()))


def test_a_suppression_is_found_by_address_and_lifted(support_client: Client) -> None:
    support_client.post(f"{SUPPRESSIONS}add/", {"email": "reader@example.com", "reason": "asked"})
    url = reverse("admin:subscriptions_suppression_delete", args=[Suppression.objects.get().pk])

    found = support_client.get(SUPPRESSIONS, {"q": "READER@example.com"}).text
    asked = support_client.get(url).text
    support_client.post(url, {"post": "yes"})

    assert "1 suppression" in found
    assert "Are you sure" in asked
    assert not Suppression.objects.exists()


# --- editions and the first page ---------------------------------------------------------------


def test_an_edition_shows_what_became_of_its_digests(admin_client: Client) -> None:
    edition = EditionFactory.create()
    for state in ("sent", "sent", "skipped"):
        DigestFactory.create(edition=edition, state=state, reason="paused")

    listed = admin_client.get("/admin/papers/edition/").text
    page = admin_client.get(reverse("admin:papers_edition_change", args=[edition.pk])).text

    assert "2 sent, 1 skipped" in listed
    assert "3 due = 2 sent + 1 skipped (1 paused)" in page
    assert "0 unexplained" in page


def test_the_first_page_of_an_empty_installation_says_what_starts_it(admin_client: Client) -> None:
    text = admin_client.get("/admin/").text

    assert "the first tick builds it" in text
    assert "never: start the scheduler" in text


def test_the_first_page_tells_how_today_goes(admin_client: Client) -> None:
    now = datetime.now(UTC)
    edition = EditionFactory.create(held=True, hold_reason="a wrong paper", built_at=now)
    DigestFactory.create(edition=edition, state="sent")
    NoticeFactory.create(state="ready", not_after=now)
    Tick.record(now)

    text = admin_client.get("/admin/").text

    assert "held: a wrong paper" in text
    assert f"?edition__id__exact={edition.pk}&amp;state__exact=sent" in text
    assert "state__exact=active" in text
    assert "0\xa0minutes ago" in text


def test_a_silent_scheduler_is_an_alarm(admin_client: Client) -> None:
    Tick.record(datetime.now(UTC) - timedelta(minutes=4))

    assert '<dd class="alarm">4\xa0minutes ago' in admin_client.get("/admin/").text


def test_the_mailbox_is_linked_only_while_trying_out(
    admin_client: Client, settings: Settings
) -> None:
    trying_out = admin_client.get("/admin/").text
    settings.TRYING_OUT = False

    assert "/dev/mailbox/" in trying_out
    assert "/dev/mailbox/" not in admin_client.get("/admin/").text


@pytest.mark.parametrize("url", ["/admin/", "/admin/login/"])
def test_the_site_goes_by_its_name(client: Client, admin_user: User, url: str) -> None:
    if url == "/admin/":
        client.force_login(admin_user)

    assert "Morning Papers" in client.get(url).text


# --- speed -------------------------------------------------------------------------------------


def many_digests(count: int) -> None:
    for number in range(count):
        date = datetime.now(UTC).date() - timedelta(days=number)
        DigestFactory.create(edition=EditionFactory.create(date=date))


def many_notices(count: int) -> None:
    for _ in range(count):
        NoticeFactory.create(not_after=datetime.now(UTC))


def many_suppressions(count: int) -> None:
    for number in range(count):
        Suppression.objects.create(address_hash=f"{number:064}")


@pytest.mark.parametrize(
    ("page", "fill"),
    [
        ("subscriptions/digest", many_digests),
        ("subscriptions/notice", many_notices),
        ("subscriptions/suppression", many_suppressions),
        ("papers/edition", many_digests),
    ],
)
def test_a_list_costs_the_same_for_few_and_many(
    admin_client: Client, page: str, fill: Callable[[int], None]
) -> None:
    costs = []
    for count in (5, 50):
        for model in (Digest, Edition, Subscriber, Suppression):
            model.objects.all().delete()
        fill(count)
        costs.append(cost(admin_client, f"/admin/{page}/"))

    assert costs[0] == costs[1]
