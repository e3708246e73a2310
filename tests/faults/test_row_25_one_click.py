"""Row 25: one POST unsubscribes, in whatever legal form it comes, and however often."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.test import Client

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Notice, Subscriber
from tests.factories import SubscriberFactory
from tests.faults.matrix import Drill

pytestmark = [pytest.mark.django_db, pytest.mark.row(25)]
BODY = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"
MULTIPART = (
    '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
)


def address(reader: Subscriber) -> str:
    return links.path(Purpose.UNSUBSCRIBE, reader, datetime.now(UTC))


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (BODY, FORM),
        (BODY, f"{FORM}; charset=utf-8"),
        (MULTIPART, "multipart/form-data; boundary=b"),
        ("not multipart at all", "multipart/form-data"),
        ("", FORM),
        (BODY, "text/plain"),
        ("x" * 5_000_000, FORM),
        (BODY, FORM.title()),
        (f"{BODY}\r\n", FORM),
        (MULTIPART, 'multipart/form-data; boundary="b"; charset=utf-8'),
        (MULTIPART.replace("One-Click", "one-click"), "Multipart/Form-Data; boundary=b"),
        (MULTIPART[:40], "multipart/form-data; boundary=b"),
        ("\x00", FORM),
        ('{"List-Unsubscribe": "One-Click"}', "application/json"),
        (BODY, ""),
    ],
)
def test_a_mail_client_unsubscribes_with_one_post(slash: str, body: str, content_type: str) -> None:
    reader = SubscriberFactory.create()
    client = Client(enforce_csrf_checks=True)

    answer = client.post(address(reader) + slash, body, content_type=content_type)

    assert answer.status_code == 200
    assert not answer.cookies
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"


@pytest.mark.parametrize("slash", ["", "/"])
def test_it_never_redirects_to_https(client: Client, settings: LazySettings, slash: str) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = client.post(address(SubscriberFactory.create()) + slash, BODY, content_type=FORM)

    assert answer.status_code == 200
    assert answer.wsgi_request.scheme == "http"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"", ""), (b"\xff\xfe", FORM), (BODY.encode(), f"{FORM}; charset=no-such-charset")],
)
def test_whatever_bytes_are_posted_will_do(client: Client, body: bytes, content_type: str) -> None:
    reader = SubscriberFactory.create()

    answer = client.generic("POST", address(reader), body, content_type=content_type)

    assert answer.status_code == 200
    assert not answer.cookies
    reader.refresh_from_db()
    assert reader.state == "unsubscribed"


def test_a_client_with_cookies_languages_and_a_foreign_origin_gets_the_same(
    client: Client,
) -> None:
    client.cookies.load({"reader": "nonsense", "csrftoken": "x" * 32, "typed": "y"})
    foreign = {"origin": "https://mail.example", "accept-language": "de", "referer": "https://a.b"}

    answer = client.post(address(SubscriberFactory.create()), BODY, FORM, headers=foreign)

    assert (answer.status_code, dict(answer.cookies)) == (200, {})


@pytest.mark.parametrize("state", ["pending", "paused", "unsubscribed", "suppressed"])
def test_it_answers_alike_whoever_it_is(client: Client, state: str) -> None:
    answer = client.post(address(SubscriberFactory.create(state=state)), BODY, content_type=FORM)

    assert (answer.status_code, answer.content) == (200, b"You are unsubscribed.\n")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_needs_no_redirect_and_sets_no_cookie(
    client: Client, method: str, slash: str
) -> None:
    answer = getattr(client, method)(address(SubscriberFactory.create()) + slash)

    assert (answer.status_code, dict(answer.cookies)) == (200, {})


def test_the_same_post_again_and_again_says_goodbye_once(drill: Drill) -> None:
    trials, reader = drill.trials(short=100, long=1000), SubscriberFactory.create()
    forms = [(BODY, FORM), (MULTIPART, "multipart/form-data; boundary=b"), ("", ""), (BODY, FORM)]

    answers = set()
    for number in range(trials):
        body, content_type = forms[number % len(forms)]
        path = address(reader) + "/" * (number % 2)
        answer = Client(enforce_csrf_checks=True).post(path, body, content_type=content_type)
        answers.add((answer.status_code, len(answer.cookies), answer.headers.get("Location")))

    drill.told(trials=trials, note=f"one click, {trials} times: {answers}")
    assert answers == {(200, 0, None)}
    assert Notice.objects.get().kind == "goodbye"


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "patch", "delete", "trace"])
def test_no_other_method_changes_anything(client: Client, method: str) -> None:
    reader = SubscriberFactory.create()

    getattr(client, method)(address(reader))

    reader.refresh_from_db()
    assert reader.state == "active"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)(address(SubscriberFactory.create())).status_code == 405


def test_it_can_do_nothing_but_unsubscribe(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    client.post(address(reader), {"frequency": "weekly", "undo": "yes"})

    reader.refresh_from_db()
    assert (reader.state, reader.frequency) == ("unsubscribed", "daily")


def test_an_unknown_token_is_not_found(client: Client) -> None:
    assert client.post("/u/AAAAAAEAAAAAAAAAAAAA", BODY, content_type=FORM).status_code == 404
