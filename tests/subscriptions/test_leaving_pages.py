import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Notice, Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db


def address(purpose: Purpose, reader: Subscriber, days_old: int = 0) -> str:
    return links.path(purpose, reader, datetime.now(UTC) - timedelta(days=days_old))


def reason_page(reader: Subscriber) -> str:
    return links.path(Purpose.UNDO, reader, datetime.now(UTC), page="why_left")


def test_the_page_offers_the_button_first_then_less_and_changes_nothing(client: Client) -> None:
    reader = SubscriberFactory.create()

    answer = client.get(address(Purpose.UNSUBSCRIBE, reader))

    buttons = re.findall(r"<button[^>]*>([^<]*)</button>", answer.content.decode())
    assert buttons == ["Unsubscribe", "Once a week instead", "Pause for a month"]
    assert not answer.cookies
    reader.refresh_from_db()
    assert reader.state == "active"


@pytest.mark.usefixtures("at_nine")
def test_the_button_unsubscribes_and_offers_an_undo(client: Client) -> None:
    reader = SubscriberFactory.create()

    answer = client.post(address(Purpose.UNSUBSCRIBE, reader) + "?page")

    assert answer.status_code == 302
    assert answer["Location"] == reason_page(reader)
    for _ in range(2):  # the page and, as it were, a reload
        page = client.get(answer["Location"]).content.decode()
        assert "You are unsubscribed" in page
        assert "one last line with the same undo" in page
        assert f'action="{address(Purpose.UNDO, reader)}"' in page
        assert "Why did you leave?" in page
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"
    assert Notice.objects.get().kind == "goodbye"


def test_a_paused_weekly_reader_is_offered_nothing_that_is_so_already(client: Client) -> None:
    until = datetime.now(UTC) + timedelta(days=9)
    reader = SubscriberFactory.create(state="paused", paused_until=until, frequency="weekly")

    page = client.get(address(Purpose.UNSUBSCRIBE, reader)).content.decode()

    assert page.count("<button") == 1
    assert "Your digest is paused" in page


@pytest.mark.usefixtures("at_nine")
def test_both_clicks_of_a_double_click_lead_to_the_undo(client: Client) -> None:
    reader = SubscriberFactory.create()
    way_out = address(Purpose.UNSUBSCRIBE, reader) + "?page"

    answers = [client.post(way_out) for _ in range(2)]

    assert {answer.headers["Location"] for answer in answers} == {
        address(Purpose.UNDO, reader).replace("/undo/", "/left/")
    }


def test_a_second_tab_says_where_the_undo_is(client: Client) -> None:
    a_while_ago = datetime.now(UTC) - timedelta(minutes=1)
    reader = SubscriberFactory.create(state="unsubscribed", unsubscribed_at=a_while_ago)

    second = client.post(address(Purpose.UNSUBSCRIBE, reader) + "?page").content.decode()

    assert "The mail that told you has a button to undo it" in second
    assert "Subscribe again" in second
    assert "/undo/" not in second


def test_an_undo_in_another_tab_leaves_nothing_for_the_first_to_undo(client: Client) -> None:
    reader = SubscriberFactory.create()
    client.post(address(Purpose.UNSUBSCRIBE, reader) + "?page")
    client.post(address(Purpose.UNDO, reader))

    reason = client.post(reason_page(reader), {"because": "too_often"}).content.decode()

    assert "You have not left" in reason
    reader.refresh_from_db()
    assert (reader.state, reader.left_because) == ("active", "")


def test_undo_of_a_paused_reader_says_when_the_pause_ends(client: Client) -> None:
    until = datetime.now(UTC) + timedelta(days=9)
    reader = SubscriberFactory.create(state="unsubscribed", paused_until=until)

    page = client.post(address(Purpose.UNDO, reader)).content.decode()

    assert "It is paused" in page
    reader.refresh_from_db()
    assert reader.state == "paused"


def test_a_reason_may_be_given_and_changed(client: Client) -> None:
    reader = SubscriberFactory.create()
    client.post(address(Purpose.UNSUBSCRIBE, reader) + "?page")

    for because in ("too_often", "too_often", "no_time"):
        page = client.post(reason_page(reader), {"because": because}).content.decode()
        assert "Your reason helps us do better" in page
        assert "/undo/" in page

    reader.refresh_from_db()
    assert reader.left_because == "no_time"


@pytest.mark.parametrize("because", ["", "because\x00", "<script>", "🌅" * 10_000])
def test_no_reason_is_an_error_and_not_kept(client: Client, because: str) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    page = client.post(reason_page(reader), {"because": because}).content.decode()

    assert "Please look again" in page
    assert "Please choose one of the reasons" in page
    assert "/undo/" in page
    assert "<script>" not in page
    reader.refresh_from_db()
    assert reader.left_because == ""


def test_looking_at_the_question_answers_nothing(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed", left_because="no_time")

    page = client.get(reason_page(reader)).content.decode()

    assert "One question" in page
    reader.refresh_from_db()
    assert (reader.state, reader.left_because) == ("unsubscribed", "no_time")


def test_coming_back_forgets_the_reason(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed", left_because="no_time")

    client.post(address(Purpose.UNDO, reader))

    reader.refresh_from_db()
    assert reader.left_because == ""


def test_leaving_for_good_needs_no_cookie(client: Client) -> None:
    reader = SubscriberFactory.create()
    strict = Client(enforce_csrf_checks=True)

    answers = [
        strict.post(address(Purpose.UNSUBSCRIBE, reader) + "?page"),
        strict.post(reason_page(reader), {"because": "no_time"}),
        strict.post(address(Purpose.UNDO, reader)),
        strict.post(address(Purpose.LESS, reader), {"less": "weekly"}),
    ]

    assert [answer.status_code for answer in answers] == [302, 200, 200, 200]
    assert not any(answer.cookies for answer in answers)


def test_who_has_left_is_told_so(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    page = client.get(address(Purpose.UNSUBSCRIBE, reader)).content.decode()

    assert "You are unsubscribed" in page
    assert "<button" not in page
    assert re.search(r'href="/#subscribe">\s*Subscribe again', page)
    assert "/undo/" not in page


def test_an_address_that_gets_no_mail_is_not_asked_to_subscribe_again(client: Client) -> None:
    reader = SubscriberFactory.create(state="suppressed")

    for method in (client.get, client.post):
        page = method(address(Purpose.UNSUBSCRIBE, reader) + "?page").content.decode()
        assert "Subscribe again" not in page


def test_undo_needs_a_button(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    client.get(address(Purpose.UNDO, reader))
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"

    page = client.post(address(Purpose.UNDO, reader)).content.decode()
    reader.refresh_from_db()
    assert reader.state == "active"
    assert "You are subscribed" in page


def test_undo_twice_says_the_same(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")
    first = client.post(address(Purpose.UNDO, reader))

    second = client.post(address(Purpose.UNDO, reader))

    assert first.content == second.content


def test_undo_after_a_month_leads_to_the_front_page(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    answer = client.post(address(Purpose.UNDO, reader, days_old=31))

    assert answer.status_code == 410
    assert "Go to the front page" in answer.content.decode()
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"


@pytest.mark.parametrize(
    ("state", "confirmed", "words"),
    [("unsubscribed", False, "One step left"), ("suppressed", True, "gets no mail from us")],
)
def test_undo_promises_no_digest_where_none_comes(
    client: Client, state: str, confirmed: bool, words: str
) -> None:
    confirmed_at = datetime.now(UTC) if confirmed else None
    reader = SubscriberFactory.create(state=state, confirmed_at=confirmed_at)

    assert words in client.post(address(Purpose.UNDO, reader)).content.decode()


def test_a_forwarded_mail_brings_nobody_back(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    answer = client.post(address(Purpose.UNSUBSCRIBE, reader) + "?page")

    assert answer.status_code == 200
    assert "/undo/" not in answer.content.decode()
