"""Amazon SES: only what Amazon signed and our topic sent, and no connection but to Amazon."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.test import Client
from pytest_django import Settings

from subscriptions import events
from subscriptions.models import Digest, ProviderEvent
from subscriptions.webhooks import sns
from tests.certificates import KEY, certificate
from tests.factories import DigestFactory

pytestmark = pytest.mark.django_db
READER, MAIL = "reader@example.com", "digest-1@papers.test"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:events"
SERVER = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE = f"{SERVER}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
SUBSCRIBE = f"{SERVER}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"


@pytest.fixture(autouse=True)
def asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What Amazon was asked for; it has one certificate."""
    settings.ANYMAIL = {"AMAZON_SES_TOPIC_ARN": TOPIC}
    pages, addresses = {CERTIFICATE: certificate("sns.amazonaws.com"), SUBSCRIBE: b"<xml/>"}, []

    def get(url: str, **_: Any) -> httpx.Response:
        addresses.append(url)
        found = pages.get(url)
        request = httpx.Request("GET", url)
        return httpx.Response(200 if found else 404, content=found, request=request)

    monkeypatch.setattr(httpx, "get", get)
    sns._key.cache_clear()
    yield addresses
    sns._key.cache_clear()


def ses(kind: str, by_smtp: bool = False, **facts: Any) -> str:
    named = {"name": "Message-ID", "value": f"<{MAIL}>"}
    along = {"name": "X-Metadata", "value": json.dumps({"mail": MAIL})}
    mail = {
        "messageId": "theirs",
        "destination": [READER],
        "headers": [named if by_smtp else along],
    }
    return json.dumps({"eventType": kind, "mail": mail, kind.lower(): facts})


def bounce(kind: str = "Permanent", **facts: Any) -> str:
    whom = {"emailAddress": READER, "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    told: dict[str, Any] = {
        "bounceType": kind,
        "bounceSubType": "General",
        "bouncedRecipients": [whom],
    }
    return ses("Bounce", **told, **facts)


def message(
    text: str, kind: str = "Notification", version: str = "2", **facts: Any
) -> dict[str, Any]:
    """As Amazon would sign it, `facts` included."""
    told = {"Type": kind, "MessageId": "22b80b92", "TopicArn": TOPIC, "Message": text}
    told |= {"Timestamp": "2026-11-20T09:00:00.000Z", "SignatureVersion": version} | facts
    said = "".join(f"{name}\n{told[name]}\n" for name in sns.SIGNED[kind] if name in told)
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()  # noqa: S303  # Amazon's own
    signature = KEY.sign(said.encode(), padding.PKCS1v15(), algorithm)
    return {"Signature": b64encode(signature).decode(), "SigningCertURL": CERTIFICATE} | told


def asks_to_confirm(**facts: Any) -> dict[str, Any]:
    told = {"Token": "2336412f37", "SubscribeURL": SUBSCRIBE, **facts}
    return message("You have chosen …", "SubscriptionConfirmation", **told)


def post(told: dict[str, Any], secret: str = "") -> int:
    headers = {"x-amz-sns-message-type": told["Type"], "x-amz-sns-message-id": told["MessageId"]}
    if secret:
        headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
    client, kind = Client(enforce_csrf_checks=True), "text/plain; charset=UTF-8"
    body = json.dumps(told)
    return client.post("/hooks/amazon_ses/", body, content_type=kind, headers=headers).status_code


# --- what is told --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("delivered", ses("Delivery", recipients=[READER], smtpResponse="250 OK")),
        ("delivered", ses("Delivery", by_smtp=True, recipients=[READER])),
        ("hard_bounce", bounce()),
        ("complained", ses("Complaint", complainedRecipients=[{"emailAddress": READER}])),
        ("blocked", ses("Reject", reason="Bad content")),
    ],
)
def test_an_event_is_understood_and_kept_once(kind: str, text: str, version: str) -> None:
    told = message(text, version=version)

    assert [post(told), post(told)] == [200, 200]

    event = ProviderEvent.objects.get()
    assert (event.kind, event.message_id) == (kind, f"<{MAIL}>")


def test_a_bounce_ends_mail_to_the_address() -> None:
    digest = DigestFactory.create(subscriber__email=READER, state="sent", message_id=f"<{MAIL}>")
    post(message(bounce(), Subject="Amazon SES Email Event Notification"))

    events.process_waiting(digest.due_at)

    digest.refresh_from_db()
    assert (digest.state, digest.subscriber.state) == ("bounced", "suppressed")


def test_the_certificate_is_asked_for_once(asked: list[str]) -> None:
    for number in range(20):
        assert post(message(bounce(), MessageId=str(number))) == 200

    assert asked == [CERTIFICATE]
    assert ProviderEvent.objects.count() == 20


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"Message": bounce("Transient")},
        {"Signature": ""},
        {"Signature": "no base64!"},
        {"Signature": b64encode(b"x" * 256).decode()},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"TopicArn": f"{TOPIC}-of-another"},
        {"SigningCertURL": ""},
    ],
)
def test_what_amazon_did_not_sign_is_refused(change: dict[str, str]) -> None:
    assert post(message(bounce()) | change) == 403

    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        CERTIFICATE.replace("https", "http"),
        CERTIFICATE.replace("amazonaws.com", "amazonaws.com.example.org"),
        CERTIFICATE.replace("sns.", "s3."),
        CERTIFICATE.replace("//", "//user@"),
        CERTIFICATE.replace(".com/", ".com:8443/"),
        f"https://example.org/#{CERTIFICATE}",
        f"{CERTIFICATE}?x",
        f"{CERTIFICATE}\n",
        "file:///etc/passwd",
    ],
)
def test_certificates_come_from_amazon_only(url: str, asked: list[str]) -> None:
    assert post(message(bounce(), SigningCertURL=url)) == 403

    assert asked == []


def test_the_topic_of_another_is_refused_though_amazon_signed(asked: list[str]) -> None:
    assert post(message(bounce(), TopicArn=f"{TOPIC}-of-another")) == 403

    assert asked == []
    assert not ProviderEvent.objects.exists()


def test_the_shared_secret_does_instead_of_the_topic(settings: Settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:password"}

    assert post(message(bounce())) == 401  # whereupon Amazon sends it
    assert post(message(bounce()), "user:wrong") == 403
    assert not ProviderEvent.objects.exists()
    assert post(message(bounce()) | {"Signature": ""}, "user:password") == 403
    assert post(message(bounce()), "user:password") == 200

    assert ProviderEvent.objects.count() == 1


def test_while_amazon_gives_no_certificate_it_is_asked_to_post_again(asked: list[str]) -> None:
    away = CERTIFICATE.replace("0123", "4567")

    assert [post(message(bounce(), SigningCertURL=away)) for _ in range(2)] == [503, 503]

    assert asked == [away, away]
    assert not ProviderEvent.objects.exists()


# --- subscribing ---------------------------------------------------------------------------------


def test_a_question_whether_messages_are_wanted_is_answered(asked: list[str]) -> None:
    assert post(asks_to_confirm()) == 200

    assert asked == [CERTIFICATE, SUBSCRIBE]
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["https://example.org/", SUBSCRIBE.replace("eu-west-1", "x@y"), f"{SERVER}/?Action=Publish"],
)
def test_but_only_where_amazon_asks(asked: list[str], url: str) -> None:
    assert post(asks_to_confirm(SubscribeURL=url)) == 403

    assert asked == [CERTIFICATE]


def test_nobody_subscribes_us_to_another_topic(asked: list[str]) -> None:
    assert post(asks_to_confirm(TopicArn=f"{TOPIC}-of-another")) == 403
    assert post(asks_to_confirm() | {"Signature": ""}) == 403

    assert SUBSCRIBE not in asked


def test_the_greeting_of_a_new_topic_and_its_goodbye_are_no_events() -> None:
    hello = "Successfully validated SNS topic for Amazon SES event publishing."
    bye = message("Bye", "UnsubscribeConfirmation", Token="1", SubscribeURL=SUBSCRIBE)

    assert [post(message(hello)), post(bye)] == [200, 200]

    assert not ProviderEvent.objects.exists()
    assert not Digest.objects.exists()
