"""What support and operators see and do in the admin site, without seeing addresses."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from papers.models import Edition
from subscriptions.models import (
    Digest,
    DigestPaper,
    Interest,
    Notice,
    Subscriber,
    Suppression,
    Tick,
)
from tests.factories import (
    DigestFactory,
    EditionFactory,
    NoticeFactory,
    PaperFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db
SUBSCRIBERS = "/admin/subscriptions/subscriber/"
DIGESTS = "/admin/subscriptions/digest/"
NOTICES = "/admin/subscriptions/notice/"
SUPPRESSIONS = "/admin/subscriptions/suppression/"


def staff_with(*codenames: str) -> User:
    user = User.objects.create(username="sam", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def support_client(client: Client) -> Client:
    """Support sees and helps subscribers, but not their addresses."""
    rights = ["subscriber", "digest", "notice", "suppression", "interest"]
    codenames = [
        f"{verb}_{name}" for name in rights for verb in ("view", "change", "add", "delete")
    ]
    client.force_login(staff_with(*codenames))
    return client


@pytest.fixture
def trusted_client(client: Client) -> Client:
    """The same, with the right to see addresses."""
    Permission.objects.get_or_create(
        codename="view_address",
        content_type=ContentType.objects.get_for_model(Subscriber),
        defaults={"name": "Can see addresses"},
    )
    client.force_login(staff_with("view_subscriber", "view_address"))
    return client


# --- subscribers: addresses --------------------------------------------------------------------


def test_support_sees_subscribers_but_no_address(support_client: Client) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")

    for url in (SUBSCRIBERS, f"{SUBSCRIBERS}{reader.pk}/change/"):
        text = support_client.get(url).text
        assert "r•••@e•••.com" in text
        assert "reader@example.com" not in text


def test_who_is_permitted_sees_the_address_and_that_is_logged(
    trusted_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")
    caplog.set_level(logging.INFO, "subscriptions.admin")

    for url in (SUBSCRIBERS, f"{SUBSCRIBERS}{reader.pk}/change/"):
        assert "reader@example.com" in trusted_client.get(url).text
        assert f"saw addresses at {url}" in caplog.text
    assert "reader@example.com" not in caplog.text


@pytest.mark.parametrize(
    ("words", "found"), [("Reader@Example.com", True), ("reader", False), ("%", False)]
)
def test_a_subscriber_is_found_by_the_whole_address_alone(
    support_client: Client, words: str, found: bool
) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")

    text = support_client.get(SUBSCRIBERS, {"q": words}).text

    assert (f"{SUBSCRIBERS}{reader.pk}/change/" in text) is found


# --- subscribers: their wishes -----------------------------------------------------------------


def test_the_next_digest_is_told_in_both_clocks(support_client: Client) -> None:
    SubscriberFactory.create(
        timezone="Asia/Tokyo", next_send_at=datetime(2026, 11, 20, 22, tzinfo=UTC)
    )

    assert "2026-11-21 07:00 there, 22:00 UTC" in support_client.get(SUBSCRIBERS).text


def test_nobody_who_left_has_a_next_digest(support_client: Client) -> None:
    SubscriberFactory.create(state="unsubscribed", next_send_at=datetime(2026, 11, 20, tzinfo=UTC))

    assert "UTC" not in support_client.get(SUBSCRIBERS).text


@pytest.mark.parametrize("query", ["state__exact=paused", "frequency__exact=weekly"])
def test_subscribers_are_filtered_by_state_and_frequency(
    support_client: Client, query: str
) -> None:
    SubscriberFactory.create(email="ada@one.example", state="paused", frequency="weekly")
    SubscriberFactory.create(email="ben@two.example")

    text = support_client.get(f"{SUBSCRIBERS}?{query}").text

    assert "a•••@o•••" in text
    assert "b•••@t•••" not in text


def test_nobody_is_added_past_the_opt_in(support_client: Client) -> None:
    assert support_client.get(f"{SUBSCRIBERS}add/").status_code == 403


def wishes(**changed: Any) -> dict[str, Any]:
    return {
        "timezone": "UTC",
        "send_hour": 7,
        "frequency": "daily",
        "weekday": 0,
        "paper_count": 10,
        "interests-TOTAL_FORMS": 0,
        "interests-INITIAL_FORMS": 0,
        **changed,
    }


def test_another_hour_moves_the_next_digest(support_client: Client) -> None:
    reader = SubscriberFactory.create()

    support_client.post(f"{SUBSCRIBERS}{reader.pk}/change/", wishes(send_hour=9))

    reader.refresh_from_db()
    assert reader.send_hour == 9
    assert reader.next_send_at is not None
    assert reader.next_send_at.hour == 9


def test_a_form_cannot_change_state_or_address(support_client: Client) -> None:
    reader = SubscriberFactory.create(email="reader@example.com", state="pending")
    forged = {"state": "active", "email": "other@example.com", "next_send_at": "2020-01-01"}

    support_client.post(f"{SUBSCRIBERS}{reader.pk}/change/", wishes(paper_count=5, **forged))

    reader.refresh_from_db()
    assert (reader.paper_count, reader.state, reader.email) == (5, "pending", "reader@example.com")
    assert reader.next_send_at is None


def test_an_interest_is_taken_away(support_client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    interest = Interest.objects.get()
    inline = {
        "interests-TOTAL_FORMS": 1,
        "interests-INITIAL_FORMS": 1,
        "interests-0-id": interest.pk,
        "interests-0-subscriber": reader.pk,
        "interests-0-topic": interest.topic_id,
        "interests-0-DELETE": "on",
    }

    support_client.post(f"{SUBSCRIBERS}{reader.pk}/change/", wishes(**inline))

    assert not reader.interests.exists()


# --- subscribers: unsubscribing ----------------------------------------------------------------


def unsubscribe(client: Client, reader: Subscriber, **also: str) -> str:
    facts = {"action": "unsubscribe", "_selected_action": [reader.pk], **also}
    return client.post(SUBSCRIBERS, facts, follow=True).text


def test_unsubscribing_by_the_list_asks_first(support_client: Client) -> None:
    reader = SubscriberFactory.create()

    assert "Unsubscribe them?" in unsubscribe(support_client, reader)

    reader.refresh_from_db()
    assert reader.state == Subscriber.State.ACTIVE


def test_unsubscribing_twice_mails_one_goodbye(support_client: Client) -> None:
    reader = SubscriberFactory.create()

    first = unsubscribe(support_client, reader, confirmed="yes")
    second = unsubscribe(support_client, reader, confirmed="yes")

    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    assert ("Unsubscribed: 1 of 1" in first, "Unsubscribed: 0 of 1" in second) == (True, True)
    assert Notice.objects.filter(kind=Notice.Kind.GOODBYE).count() == 1
    assert LogEntry.objects.get().object_repr == str(reader)


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

    for _ in range(2):
        answer = support_client.post(f"{SUPPRESSIONS}add/", facts, follow=True)

    assert "suppressed already" in answer.text
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


def many_subscribers(count: int) -> None:
    for _ in range(count):
        SubscriberFactory.create(topics=["cs.CV", "cs.LG"])


def many_suppressions(count: int) -> None:
    for number in range(count):
        Suppression.objects.create(address_hash=f"{number:064}")


@pytest.mark.parametrize(
    ("page", "fill"),
    [
        ("subscriptions/digest", many_digests),
        ("subscriptions/notice", many_notices),
        ("subscriptions/subscriber", many_subscribers),
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
        with CaptureQueriesContext(connection) as seen:
            admin_client.get(f"/admin/{page}/")
        costs.append(len(seen))

    assert costs[0] == costs[1]
