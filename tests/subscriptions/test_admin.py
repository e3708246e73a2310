"""What support does for subscribers in the admin site, without seeing addresses."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from auditlog.models import LogEntry as AuditEntry
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from subscriptions import voting
from subscriptions.models import Interest, Notice, Subscriber, Suppression, Vote
from tests.admin_site import act, cost, sign_in
from tests.factories import (
    DigestFactory,
    EditionFactory,
    NoticeFactory,
    PaperFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notices wait for the tick: in a test, nobody sees another connection's rows."""
    monkeypatch.setattr("subscriptions.wake.notices", lambda: None)


SUBSCRIBERS = "/admin/subscriptions/subscriber/"


@pytest.fixture
def support_client(client: Client) -> Client:
    """Support sees and helps subscribers, but not their addresses."""
    rights = Permission.objects.filter(content_type__app_label="subscriptions")
    sign_in(client, rights.exclude(codename="view_address"))
    return client


@pytest.fixture
def trusted_client(client: Client) -> Client:
    """Somebody with the right to see addresses."""
    Permission.objects.get_or_create(
        codename="view_address",
        content_type=ContentType.objects.get_for_model(Subscriber),
        defaults={"name": "Can see addresses"},
    )
    names = ["view_subscriber", "view_address"]
    sign_in(client, Permission.objects.filter(codename__in=names))
    return client


# --- addresses --------------------------------------------------------------------


def test_support_sees_subscribers_but_no_address(support_client: Client) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")

    for url in (SUBSCRIBERS, f"{SUBSCRIBERS}{reader.pk}/change/"):
        text = support_client.get(url).text
        assert "r•••@e•••.com" in text
        assert "reader@example.com" not in text


def test_lists_and_pages_show_no_address_even_to_who_may_see_one(trusted_client: Client) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")

    for page in ("", f"{reader.pk}/change/", f"{reader.pk}/timeline/"):
        text = trusted_client.get(SUBSCRIBERS + page).text
        assert "r•••@e•••.com" in text
        assert "reader@example.com" not in text


@pytest.mark.parametrize("page", ["address", "data"])
def test_seeing_an_address_is_an_act_that_is_kept(trusted_client: Client, page: str) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")
    url = f"{SUBSCRIBERS}{reader.pk}/{page}/"

    assert trusted_client.get(url).status_code == 405
    assert not AuditEntry.objects.exists()
    answer = trusted_client.post(url)

    assert "reader@example.com" in b"".join(answer).decode()
    assert "no-store" in answer.headers["Cache-Control"]
    seen = AuditEntry.objects.get()
    assert (seen.object_id, seen.actor.username) == (reader.pk, "sam")
    assert "reader@" not in str(vars(seen))


def test_the_export_is_all_that_is_held_of_one_person(trusted_client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])

    answer = trusted_client.post(f"{SUBSCRIBERS}{reader.pk}/data/")

    facts = json.loads(b"".join(answer))
    assert facts["subscriber"]["id"] == reader.pk
    assert [interest["topic"] for interest in facts["interests"]] == [str(reader.topics.get())]


def without_numbers(answer: Any) -> str:
    """The page that refuses tells its own address, and no more."""
    return re.sub(r"\d", "", answer.text)


@pytest.mark.parametrize("page", ["address", "data"])
def test_without_the_right_nobody_sees_an_address(support_client: Client, page: str) -> None:
    reader = SubscriberFactory.create()

    answers = [support_client.post(f"{SUBSCRIBERS}{pk}/{page}/") for pk in (reader.pk, 999999)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert without_numbers(answers[0]) == without_numbers(answers[1])
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("page", ["change/", "history/", "delete/", "timeline/"])
@pytest.mark.parametrize("model", ["subscriber", "digest", "notice"])
def test_numbers_guessed_by_hand_tell_nothing(client: Client, model: str, page: str) -> None:
    sign_in(client, Permission.objects.filter(codename="view_paper"))
    factories: dict[str, Any] = {
        "subscriber": SubscriberFactory,
        "digest": DigestFactory,
        "notice": NoticeFactory,
    }
    facts = {} if model == "subscriber" else {"not_after": datetime.now(UTC)}
    row = factories[model].create(**facts)
    if page == "timeline/" and model != "subscriber":
        page = "change/"

    answers = [
        client.get(f"/admin/subscriptions/{model}/{pk}/{page}") for pk in (row.pk, row.pk + 999999)
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert without_numbers(answers[0]) == without_numbers(answers[1])


@pytest.mark.parametrize(
    ("words", "found"), [("Reader@Example.com", True), ("reader", False), ("%", False)]
)
def test_a_subscriber_is_found_by_the_whole_address_alone(
    support_client: Client, words: str, found: bool
) -> None:
    reader = SubscriberFactory.create(email="reader@example.com")

    text = support_client.get(SUBSCRIBERS, {"q": words}).text

    assert (f"{SUBSCRIBERS}{reader.pk}/change/" in text) is found


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("subscriber", "email__startswith=reader"),
        ("subscriber", "email=reader@example.com"),
        ("subscriber", "interests__subscriber__email__startswith=reader"),
        ("digest", "subscriber__email__startswith=reader"),
        ("notice", "subscriber__email__startswith=reader"),
    ],
)
def test_addresses_cannot_be_spelt_out_by_filters(
    support_client: Client, page: str, query: str
) -> None:
    answer = support_client.get(f"/admin/subscriptions/{page}/?{query}")

    assert answer.status_code == 400


# --- their wishes -----------------------------------------------------------------


def test_the_next_digest_is_told_in_both_clocks(support_client: Client) -> None:
    SubscriberFactory.create(
        timezone="Asia/Tokyo", next_send_at=datetime(2026, 11, 20, 22, tzinfo=UTC)
    )

    assert "2026-11-21 07:00 there, 22:00 UTC" in support_client.get(SUBSCRIBERS).text


def test_nobody_who_left_has_a_next_digest(support_client: Client) -> None:
    SubscriberFactory.create(state="unsubscribed", next_send_at=datetime(2026, 11, 20, tzinfo=UTC))

    assert '<td class="field-next_send">none</td>' in support_client.get(SUBSCRIBERS).text


@pytest.mark.parametrize(
    "query", ["state__exact=paused", "frequency__exact=weekly", "left_because__exact=no_time"]
)
def test_subscribers_are_filtered_by_state_frequency_and_why_they_left(
    support_client: Client, query: str
) -> None:
    SubscriberFactory.create(
        email="ada@one.example", state="paused", frequency="weekly", left_because="no_time"
    )
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


# --- unsubscribing ----------------------------------------------------------------


def test_unsubscribing_by_the_list_asks_first(support_client: Client) -> None:
    reader = SubscriberFactory.create()

    assert "Unsubscribe them?" in act(support_client, SUBSCRIBERS, "unsubscribe", reader)

    reader.refresh_from_db()
    assert reader.state == Subscriber.State.ACTIVE


def test_unsubscribing_twice_mails_one_goodbye(support_client: Client) -> None:
    reader = SubscriberFactory.create()

    first = act(support_client, SUBSCRIBERS, "unsubscribe", reader, confirmed="yes")
    second = act(support_client, SUBSCRIBERS, "unsubscribe", reader, confirmed="yes")

    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    assert ("Unsubscribed: 1 of 1" in first, "Unsubscribed: 0 of 1" in second) == (True, True)
    assert Notice.objects.filter(kind=Notice.Kind.GOODBYE).count() == 1
    assert LogEntry.objects.get().object_repr == str(reader)


# --- the link once more, suppressing, erasing -----------------------------------------------------


@pytest.mark.parametrize(("state", "kind"), [("pending", "confirm"), ("active", "link")])
def test_the_link_is_mailed_as_often_as_readers_may_ask_for_it(
    support_client: Client, state: str, kind: str
) -> None:
    reader = SubscriberFactory.create(state=state)

    first, second = (
        act(support_client, SUBSCRIBERS, "resend", reader, confirmed="yes") for _ in range(2)
    )

    assert ("Mailed the link: 1 of 1" in first, "Mailed the link: 0 of 1" in second) == (True, True)
    assert list(Notice.objects.values_list("kind", flat=True)) == [kind]


@pytest.mark.parametrize("state", ["unsubscribed", "suppressed"])
def test_nobody_who_left_is_mailed_a_link(support_client: Client, state: str) -> None:
    reader = SubscriberFactory.create(state=state)

    assert "0 of 1" in act(support_client, SUBSCRIBERS, "resend", reader, confirmed="yes")
    assert not Notice.objects.exists()


def test_suppressing_asks_why_and_silences_for_good(support_client: Client) -> None:
    reader = SubscriberFactory.create()
    why = {"reason": "asked", "note": "by post", "confirmed": "yes"}

    assert "Never mail them again?" in act(support_client, SUBSCRIBERS, "suppress", reader)
    assert not Suppression.objects.exists()
    first, second = (act(support_client, SUBSCRIBERS, "suppress", reader, **why) for _ in range(2))

    reader.refresh_from_db()
    assert reader.state == Subscriber.State.SUPPRESSED
    assert ("Suppressed: 1 of 1" in first, "Suppressed: 0 of 1" in second) == (True, True)
    assert Suppression.objects.get().note == "by post"


def test_erasing_tells_what_goes_and_takes_the_votes_back(
    admin_client: Client, support_client: Client
) -> None:
    reader = SubscriberFactory.create()
    paper = PaperFactory.create()
    voting.vote(reader, paper, datetime.now(UTC))
    for number in range(3):
        edition = EditionFactory.create(date=date(2026, 1, 1 + number))
        DigestFactory.create(subscriber=reader, edition=edition, local_date=edition.date)
    url = f"{SUBSCRIBERS}{reader.pk}/delete/"

    asked = admin_client.get(url).text
    admin_client.post(url, {"post": "yes"})

    assert "<li>Digests: 3</li>" in asked.replace("digests", "Digests")
    assert not Subscriber.objects.exists()
    assert not Vote.objects.exists()
    assert admin_client.post(url, {"post": "yes"}).status_code == 302


def test_erasing_needs_its_own_right(client: Client) -> None:
    sign_in(
        client, Permission.objects.filter(codename__in=["view_subscriber", "change_subscriber"])
    )
    reader = SubscriberFactory.create()

    assert client.post(f"{SUBSCRIBERS}{reader.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Subscriber.objects.exists()


# --- speed -------------------------------------------------------------------------------------


def test_the_list_costs_the_same_for_few_and_many_subscribers(support_client: Client) -> None:
    costs = []
    for count in (5, 50):
        Subscriber.objects.all().delete()
        for _ in range(count):
            SubscriberFactory.create(topics=["cs.CV", "cs.LG"])
        costs.append(cost(support_client, SUBSCRIBERS))

    assert costs[0] == costs[1]
