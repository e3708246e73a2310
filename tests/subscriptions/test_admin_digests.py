"""What support and operators see of digests and readers in the admin site, and do about them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.test import Client

from papers.models import Paper
from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Digest, MailboxMessage, ProviderEvent
from tests.admin_site import act, cost, sign_in
from tests.factories import (
    DigestFactory,
    EditionFactory,
    NoticeFactory,
    SubscriberFactory,
)
from tests.subscriptions.sent_digests import sent_to

pytestmark = pytest.mark.django_db
DIGESTS = "/admin/subscriptions/digest/"
NOTICES = "/admin/subscriptions/notice/"
SUBSCRIBERS = "/admin/subscriptions/subscriber/"
HOUR = timedelta(hours=1)


@pytest.fixture
def support_client(client: Client) -> Client:
    """Support sees and helps subscribers, but not their addresses."""
    rights = Permission.objects.filter(content_type__app_label="subscriptions")
    sign_in(client, rights.exclude(codename="view_address"))
    return client


def ended(state: str, **facts: Any) -> Digest:
    """A digest of today that came to this end two hours ago."""
    now = datetime.now(UTC)
    facts = {
        "state": state,
        "reason": "of the test",
        "subscriber__next_send_at": now + 20 * HOUR,
        "due_at": now - 2 * HOUR,
        "message_id": "<kept@example.com>",
        "frozen": {"timezone": "UTC", "language": "en"},
    } | facts
    digest: Digest = DigestFactory.create(**facts)
    return digest


# --- finding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "state__exact=skipped",
        "reason=expired",
        "q={pk}",
        "q=2026-01-02",
        "edition__id__exact={edition}",
    ],
)
def test_a_digest_is_found_by_where_it_stands_its_number_and_its_edition(
    support_client: Client, query: str
) -> None:
    edition = EditionFactory.create(date="2026-01-02")
    wanted = ended("skipped", reason="expired after 2 attempts: 421", edition=edition)
    other = ended("sent", reason="")

    asked = query.format(pk=wanted.pk, edition=edition.pk)
    text = support_client.get(f"{DIGESTS}?{asked}").text

    assert f"{DIGESTS}{wanted.pk}/change/" in text
    assert f"{DIGESTS}{other.pk}/change/" not in text


@pytest.mark.parametrize(("need", "state"), [("hurry", "ready"), ("settling", "unresolved")])
def test_what_needs_somebody_is_one_click_away(
    support_client: Client, need: str, state: str
) -> None:
    wanted, other = ended(state), ended("delivered")

    text = support_client.get(f"{DIGESTS}?needs={need}").text

    assert f"{DIGESTS}{wanted.pk}/change/" in text
    assert f"{DIGESTS}{other.pk}/change/" not in text


def test_a_thousand_editions_do_not_make_a_long_list_of_choices(support_client: Client) -> None:
    first = EditionFactory.create(date="2026-01-01")
    for day in range(2, 29):
        EditionFactory.create(date=f"2026-01-{day:02}")

    assert support_client.get(DIGESTS).text.count("edition__id__exact=") == 10
    assert "2026-01-01" in support_client.get(f"{DIGESTS}?edition__id__exact={first.pk}").text
    assert support_client.get(f"{DIGESTS}?edition__id__exact=x").status_code == 302


# --- the page of one digest ----------------------------------------------------------------------


def test_the_page_tells_what_happened_and_shows_the_mail_as_it_was_sent(
    support_client: Client, todays_papers: list[Paper], mailbox: QuerySet[MailboxMessage]
) -> None:
    now = datetime.now(UTC)
    Paper.objects.update(first_seen_at=now - timedelta(hours=1))
    digest = sent_to(now=now, next_send_at=now, email="reader@example.com")
    event = {"provider": "mailgun", "event_id": "1", "kind": "delivered"}
    ProviderEvent.objects.create(digest=digest, happened_at=now, **event)
    page = support_client.get(f"{DIGESTS}{digest.pk}/change/").text
    frame = support_client.get(f"{DIGESTS}{digest.pk}/mail/")

    assert "handed over" in page
    assert "mailgun: delivered" in page
    assert "1 due = 1 sent" in page
    assert digest.subject in page
    for paper in todays_papers:
        assert paper.title in frame.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    for secret in (
        "reader@example.com",
        links.token(Purpose.PREFERENCES, digest.subscriber, digest.due_at),
        links.token(Purpose.UNSUBSCRIBE, digest.subscriber, digest.due_at),
        links.digest_path(digest),
    ):
        assert secret not in page + frame.text


def test_what_never_left_has_no_mail(support_client: Client) -> None:
    digest = ended("skipped")

    assert "There is none" in support_client.get(f"{DIGESTS}{digest.pk}/change/").text
    assert support_client.get(f"{DIGESTS}{digest.pk}/mail/").status_code == 404


def test_the_mail_is_for_who_may_see_digests(client: Client) -> None:
    sign_in(client, Permission.objects.filter(codename="view_paper"))

    pages = [f"{DIGESTS}{pk}/mail/" for pk in (ended("sent").pk, 999999)]

    assert [client.get(page).status_code for page in pages] == [403, 403]


# --- acting --------------------------------------------------------------------------------------


def test_trying_again_asks_first_and_says_what_is_left_alone_and_why(
    support_client: Client,
) -> None:
    chosen = [ended("failed"), ended("sent"), ended("unknown"), ended("delivered")]

    asked = act(support_client, DIGESTS, "replay", *chosen)
    states = set(Digest.objects.values_list("state", flat=True))
    first, second = (
        act(support_client, DIGESTS, "replay", *chosen, confirmed="yes") for _ in range(2)
    )

    assert "To be tried again: 1." in asked
    assert "Left alone, because it went out: 2." in asked
    assert "Left alone, because it may have arrived: settle it first: 1." in asked
    assert "failed" in states
    assert ("next tick: 1." in first, "next tick: 0." in second) == (True, True)
    assert sorted(Digest.objects.values_list("state", flat=True)) == [
        "delivered",
        "pending",
        "sent",
        "unknown",
    ]


@pytest.mark.parametrize(
    ("action", "state"), [("settle_as_sent", "sent"), ("settle_to_resend", "deferred")]
)
def test_settling_says_what_it_risks_and_is_done_once(
    support_client: Client, action: str, state: str
) -> None:
    digest = ended("unknown")

    asked = act(support_client, DIGESTS, action, digest)
    first, second = (
        act(support_client, DIGESTS, action, digest, confirmed="yes") for _ in range(2)
    )

    digest.refresh_from_db()
    assert digest.state == state
    assert "never gets its papers" in asked or "may see it twice" in asked
    assert ("1 of 1" in first, "0 of 0" in second) == (True, True)


@pytest.mark.parametrize(
    ("action", "state"), [("settle_as_sent", "sent"), ("settle_to_resend", "deferred")]
)
def test_a_notice_is_found_by_what_it_needs_and_settled_the_same_way(
    support_client: Client, action: str, state: str
) -> None:
    now = datetime.now(UTC)
    notice, other = (
        NoticeFactory.create(state=state, not_after=now + HOUR) for state in ("unknown", "failed")
    )

    listed = support_client.get(f"{NOTICES}?needs=settling").text
    page = support_client.get(f"{NOTICES}{notice.pk}/change/").text
    asked = act(support_client, NOTICES, action, notice)
    first, second = (
        act(support_client, NOTICES, action, notice, confirmed="yes") for _ in range(2)
    )

    notice.refresh_from_db()
    assert notice.state == state
    assert f"{NOTICES}{notice.pk}/change/" in listed
    assert f"{NOTICES}{other.pk}/change/" not in listed
    assert action in page
    assert "its reader goes without it" in asked or "may see it twice" in asked
    assert ("1 of 1" in first, "0 of 0" in second) == (True, True)


def test_who_may_only_look_at_notices_settles_none(client: Client) -> None:
    sign_in(client, Permission.objects.filter(codename="view_notice"))
    notice = NoticeFactory.create(state="unknown")

    act(client, NOTICES, "settle_as_sent", notice, confirmed="yes")

    notice.refresh_from_db()
    assert notice.state == "unknown"
    assert "settle_as_sent" not in client.get(f"{NOTICES}{notice.pk}/change/").text


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("failed", {"replay"}),
        ("unknown", {"settle_as_sent", "settle_to_resend"}),
        ("delivered", set()),
    ],
)
def test_the_page_offers_what_may_be_done_in_that_state(
    support_client: Client, state: str, names: set[str]
) -> None:
    text = support_client.get(f"{DIGESTS}{ended(state).pk}/change/").text

    offered = {name for name in ("replay", "settle_as_sent", "settle_to_resend") if name in text}
    assert offered == names


@pytest.mark.parametrize("action", ["replay", "settle_as_sent", "settle_to_resend"])
def test_who_may_only_look_can_do_nothing(client: Client, action: str) -> None:
    sign_in(client, Permission.objects.filter(codename="view_digest"))
    failed, unknown = ended("failed"), ended("unknown")

    act(client, DIGESTS, action, failed, unknown, confirmed="yes")

    assert set(Digest.objects.values_list("state", flat=True)) == {"failed", "unknown"}


def test_all_that_a_list_found_may_be_tried_again_at_once(support_client: Client) -> None:
    edition = EditionFactory.create()
    for _ in range(60):  # more than a page
        ended("skipped", reason="expired", edition=edition)
    url = f"{DIGESTS}?state__exact=skipped"

    act(support_client, url, "replay", Digest.objects.first(), confirmed="yes", select_across="1")

    assert Digest.objects.filter(state="pending").count() == 60


# --- speed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?needs=hurry", "?needs=settling", "?reason=expired"])
def test_the_list_costs_the_same_for_few_and_many(support_client: Client, query: str) -> None:
    costs = []
    for count in (3, 30):
        Digest.objects.all().delete()
        for number in range(count):
            ended(["unknown", "skipped", "ready"][number % 3], reason="expired")
        costs.append(cost(support_client, f"{DIGESTS}{query}"))

    assert costs[0] == costs[1]


# --- what happened -------------------------------------------------------------------------------


def test_the_page_tells_at_its_top_where_todays_digest_is(support_client: Client) -> None:
    reader = SubscriberFactory.create(state="paused")
    paused = f"{SUBSCRIBERS}{reader.pk}/change/"

    assert "No digest: paused until" in support_client.get(paused).text


def test_the_timeline_is_narrowed_and_paged(support_client: Client) -> None:
    reader = SubscriberFactory.create()
    now = datetime.now(UTC)
    for _ in range(60):
        NoticeFactory.create(subscriber=reader, asked_at=now, not_after=now, kind="link")
    url = f"{SUBSCRIBERS}{reader.pk}/timeline/"

    first = support_client.get(url, {"kind": "notices"}).text
    second = support_client.get(url, {"kind": "notices", "page": "2"}).text

    assert (first.count("notice “your link”"), second.count("notice “your link”")) == (50, 10)
    assert "?page=2&amp;kind=notices" in first
    assert "?page=1&amp;kind=notices" in second
    assert "asked to subscribe" not in first
    assert support_client.get(url, {"page": "x", "kind": "no"}).status_code == 200


def test_what_staff_did_stands_in_the_timeline(support_client: Client) -> None:
    reader = SubscriberFactory.create()
    act(support_client, SUBSCRIBERS, "unsubscribe", reader, confirmed="yes")

    text = support_client.get(f"{SUBSCRIBERS}{reader.pk}/timeline/", {"kind": "staff"}).text

    assert "sam: Unsubscribed" in text
