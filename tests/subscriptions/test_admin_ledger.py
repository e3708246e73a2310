"""What the admin site tells of the ledger, of suppressions, and of today at a glance."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from papers.models import Edition
from subscriptions.models import Digest, DigestPaper, Subscriber, Suppression
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


@pytest.mark.parametrize("url", [DIGESTS, NOTICES])
def test_the_ledger_shows_no_address(support_client: Client, url: str) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")
    now = datetime.now(UTC)
    DigestFactory.create(subscriber=reader)
    NoticeFactory.create(subscriber=reader, not_after=now)

    text = support_client.get(url).text

    assert "r•••@e•••.com" in text
    assert "reader@" not in text


# --- editions ----------------------------------------------------------------------------------


def test_an_edition_shows_what_became_of_its_digests(admin_client: Client) -> None:
    edition = EditionFactory.create()
    for state in ("sent", "sent", "skipped"):
        DigestFactory.create(edition=edition, state=state, reason="paused")

    listed = admin_client.get("/admin/papers/edition/").text
    page = admin_client.get(reverse("admin:papers_edition_change", args=[edition.pk])).text

    assert "2 sent, 1 skipped" in listed
    assert "+ skipped: paused" in page
    assert '<th scope="row">unexplained</th><td>0</td>' in page


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
