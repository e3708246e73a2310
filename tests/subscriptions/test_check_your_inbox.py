"""/check-your-inbox/: the same for everybody, and a button that sends the mail again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from subscriptions.models import Notice, Subscriber, Suppression
from tests.factories import SubscriberFactory
from tests.subscriptions.conftest import NOW

pytestmark = pytest.mark.django_db

INBOX = "/check-your-inbox/"
ADA = "ada@example.com"
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LATER = NOW + 61 * SECOND


def kinds() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def subscribe(client: Client, email: str = ADA, when: datetime = NOW) -> None:
    with time_machine.travel(when, tick=False):
        assert client.post("/", {"email": email}).status_code == 302


def page(client: Client, when: datetime, address: str = INBOX) -> str:
    with time_machine.travel(when, tick=False):
        return client.get(address).text


def send_again(client: Client, when: datetime, address: str = INBOX) -> Any:
    """The button, whether it is shown or not."""
    with time_machine.travel(when, tick=False):
        return client.post(address)


def test_within_a_minute_there_is_a_sentence_and_after_it_a_button(client: Client) -> None:
    subscribe(client)

    early, later = page(client, NOW + 59 * SECOND), page(client, LATER)

    assert "In a minute you can have it sent again" in early
    assert "Send it again" not in early
    assert "Send it again" in later
    assert ADA in later


def test_the_button_sends_the_mail_again_and_the_minute_begins_anew(client: Client) -> None:
    subscribe(client)

    answer = send_again(client, LATER)

    assert kinds() == ["confirm", "confirm"]
    shown = page(client, LATER, answer["Location"])
    assert "We sent it once more" in shown
    assert "In a minute you can have it sent again" in shown
    assert ADA in shown


def test_pressed_too_early_it_sends_nothing(client: Client) -> None:
    subscribe(client)

    assert send_again(client, NOW + 30 * SECOND)["Location"] == INBOX
    assert kinds() == ["confirm"]


def test_pressed_twice_at_once_it_sends_one(client: Client) -> None:
    subscribe(client)
    cookie = client.cookies["typed"].value
    send_again(client, LATER)
    client.cookies["typed"] = cookie  # a double click sends what the first click sent

    send_again(client, LATER)

    assert kinds() == ["confirm", "confirm"]


def test_the_third_time_in_a_day_sends_nothing_and_says_the_same(client: Client) -> None:
    subscribe(client)

    shown = []
    for minute in range(2, 12, 2):
        when = NOW + timedelta(minutes=minute)
        shown.append(page(client, when, send_again(client, when)["Location"]))

    assert kinds() == ["confirm"] * 3
    assert len({text.replace(ADA, "") for text in shown}) == 1


def test_all_spellings_of_one_mailbox_share_the_mails_that_are_sent_again() -> None:
    for number in range(5):
        client = Client()
        subscribe(client, f"ada+{number}@gmail.com")
        for minute in (2, 4, 6):
            send_again(client, NOW + timedelta(minutes=minute))

    assert kinds() == ["confirm"] * 3


def test_signing_up_again_and_again_still_brings_one_mail_a_day(client: Client) -> None:
    for minute in range(0, 60, 5):
        subscribe(client, when=NOW + timedelta(minutes=minute))

    assert kinds() == ["confirm"]


def test_another_browser_cannot_have_it_sent(client: Client) -> None:
    subscribe(Client())

    assert send_again(client, LATER)["Location"] == INBOX

    assert kinds() == ["confirm"]
    assert "Send it again" not in page(client, LATER)


def test_a_forged_cookie_has_nothing_sent(client: Client) -> None:
    subscribe(client)
    client.cookies["typed"] = client.cookies["typed"].value[:-1] + "x"

    send_again(client, LATER)

    assert kinds() == ["confirm"]


def test_after_an_hour_the_page_says_how_to_ask_again(client: Client) -> None:
    subscribe(client)

    shown = page(client, NOW + HOUR + SECOND)

    assert "no longer knows which address you typed" in shown
    assert "Send it again" not in shown
    send_again(client, NOW + HOUR + SECOND)
    assert kinds() == ["confirm"]


def test_new_known_gone_and_suppressed_addresses_look_the_same() -> None:
    SubscriberFactory.create(email="known@example.com")
    SubscriberFactory.create(email="pause@example.com", state="paused")
    SubscriberFactory.create(email="gone1@example.com", state="unsubscribed")
    SubscriberFactory.create(email="block@example.com", state="suppressed")
    bounced = SubscriberFactory.create(email="bounc@example.com")
    Suppression.objects.create(address_hash=bounced.address_hash)
    bounced.delete()

    answers = set()
    for name in ("newer", "known", "pause", "gone1", "block", "bounc"):
        client = Client()
        subscribe(client, f"{name}@example.com")
        before = page(client, LATER).replace(name, "")
        answer = send_again(client, LATER)
        after = page(client, LATER, answer["Location"]).replace(name, "")
        headers = tuple(sorted(set(answer.headers) - {"Set-Cookie"}))
        answers.add((strip_token(before), answer.status_code, headers, strip_token(after)))

    assert len(answers) == 1
    assert sorted(kinds()) == sorted(["confirm"] * 4 + ["already"] * 4)
    assert not Subscriber.objects.filter(email="bounc@example.com").exists()


def strip_token(text: str) -> str:
    """Without the form's token, which is another each time."""
    before, found, after = text.partition('name="csrfmiddlewaretoken" value="')
    return before + found + after[64:]


def test_who_was_erased_meanwhile_does_not_come_back(client: Client) -> None:
    subscribe(client)
    Subscriber.objects.all().delete()

    send_again(client, LATER)

    assert not Subscriber.objects.exists()


def test_who_left_meanwhile_is_mailed_nothing(client: Client) -> None:
    subscribe(client)
    Subscriber.objects.update(state="unsubscribed")

    send_again(client, LATER)

    assert Subscriber.objects.get().state == "unsubscribed"
    assert kinds() == ["confirm"]


def test_the_link_is_sent_again_too(client: Client) -> None:
    SubscriberFactory.create(email=ADA)
    with time_machine.travel(NOW, tick=False):
        where = client.post("/my-link/", {"email": ADA})["Location"]

    answer = send_again(client, LATER, where)

    assert kinds() == ["link", "link"]
    shown = page(client, LATER, answer["Location"])
    assert "a mail with your link is on its way" in shown
    assert "We sent it once more" in shown


def test_looking_sends_nothing(client: Client) -> None:
    subscribe(client)

    page(client, LATER, f"{INBOX}?again=asked")
    with time_machine.travel(LATER, tick=False):
        client.head(INBOX)
        client.options(INBOX)

    assert kinds() == ["confirm"]


@pytest.mark.parametrize("query", ["?link=%00", "?again=" + "x" * 10_000, "?link=🙂&again=<b>"])
def test_a_strange_address_does_no_harm(client: Client, query: str) -> None:
    assert client.get(INBOX + query).status_code == 200
    assert client.post(INBOX + query).status_code == 302
