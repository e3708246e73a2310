"""Where providers post what became of our mail: by secret only, in each provider's own form."""

import json
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions import events
from subscriptions.emails.message import Mail
from subscriptions.models import Digest, ProviderEvent
from subscriptions.webhooks.readiness import fault_of
from subscriptions.webhooks.secrets import SIGNATURES
from tests.factories import DigestFactory
from tests.subscriptions.provider_posts import POSTS, Post, public_key

pytestmark = [
    pytest.mark.django_db,
    # anymail no longer tries out SendGrid itself; that it still reads its posts is tested here
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support"),
]
SECRET = "user:a-long-password"
READER = "reader@example.com"
MAIL = "digest-1@papers.test"
NAMES = [f"{number}-{post.provider}-{post.kind}" for number, post in enumerate(POSTS)]


@pytest.fixture(autouse=True)
def secrets(settings: Settings) -> None:
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": SECRET,
        "MAILERSEND_SIGNING_SECRET": "key",
        "MAILGUN_WEBHOOK_SIGNING_KEY": "key",
        "MANDRILL_WEBHOOK_KEY": "key",
        "POSTAL_WEBHOOK_KEY": public_key(),
        "UNISENDER_GO_API_KEY": "key",
    }


@pytest.fixture
def digest() -> Digest:
    return DigestFactory.create(subscriber__email=READER, state="sent", message_id=f"<{MAIL}>")


def basic(secret: str = SECRET) -> str:
    return f"Basic {b64encode(secret.encode()).decode()}"


def send(client: Client, post: Post, authorization: str = basic()) -> Any:
    headers = {"Authorization": authorization, **post.headers}
    body = post.body if isinstance(post.body, str) else json.dumps(post.body)
    return client.post(
        f"/hooks/{post.provider}/", body, content_type=post.content_type, headers=headers
    )


# --- every provider's own words -----------------------------------------------------------------


@pytest.mark.parametrize("post", POSTS, ids=NAMES)
def test_each_provider_is_understood(digest: Digest, post: Post) -> None:
    answer = send(Client(enforce_csrf_checks=True), post)

    assert answer.status_code == 200
    assert not answer.cookies
    event = ProviderEvent.objects.get()
    assert (event.kind, event.message_id) == (post.kind, f"<{post.named}>")
    assert "example" not in str(list(ProviderEvent.objects.values()))


@pytest.mark.parametrize("post", POSTS, ids=NAMES)
def test_posted_again_it_is_kept_once(digest: Digest, client: Client, post: Post) -> None:
    for _ in range(3):
        send(client, post)

    assert ProviderEvent.objects.count() == 1


def test_the_next_tick_makes_use_of_it(digest: Digest, client: Client) -> None:
    send(client, next(post for post in POSTS if post.kind == "hard_bounce"))

    events.process_waiting(digest.due_at)

    digest.refresh_from_db()
    assert (digest.state, digest.subscriber.state) == ("bounced", "suppressed")


def test_what_readers_open_and_click_is_not_kept(client: Client) -> None:
    for kind in ("Open", "Click"):
        answer = send(client, Post("postmark", "", {"RecordType": kind, "Recipient": READER}))
        assert answer.status_code == 200

    assert not ProviderEvent.objects.exists()


# --- closed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", SIGNATURES)
def test_without_any_secret_there_is_no_such_page(
    client: Client, settings: Settings, provider: str
) -> None:
    settings.ANYMAIL = {}

    assert client.post(f"/hooks/{provider}/").status_code == 404
    assert client.head(f"/hooks/{provider}/").status_code == 404


def test_an_unknown_provider_has_no_page(client: Client) -> None:
    assert client.post("/hooks/nobody/").status_code == 404


@pytest.mark.parametrize("authorization", ["", "nonsense", basic("user:wrong"), basic("user")])
@pytest.mark.parametrize("post", POSTS, ids=NAMES)
def test_who_does_not_know_the_secret_is_refused(
    client: Client, post: Post, authorization: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(client, post, authorization).status_code in {401, 403}

    assert not ProviderEvent.objects.exists()
    assert "example" not in caplog.text


@pytest.mark.parametrize(
    "provider", ["mailersend", "mailgun", "mandrill", "postal", "unisender_go"]
)
def test_a_wrong_signature_is_refused_whatever_the_secret(client: Client, provider: str) -> None:
    post = next(post for post in POSTS if post.provider == provider)
    forged = post.body.replace("reader", "other") if isinstance(post.body, str) else ""
    if provider == "mailgun":
        forged = json.dumps({**post.body, "signature": {**post.body["signature"], "token": "x"}})

    answer = send(client, Post(provider, "", forged, post.headers, post.content_type))

    assert answer.status_code == 403
    assert not ProviderEvent.objects.exists()


def test_looking_changes_nothing(client: Client) -> None:
    assert client.get("/hooks/postmark/").status_code == 405
    assert client.head("/hooks/postmark/").status_code == 200


# --- bad posts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "\0", '{"RecordType": []}'])
@pytest.mark.parametrize("provider", ["postmark", "brevo", "sendgrid", "resend", "sparkpost"])
def test_nonsense_is_refused_or_kept_as_nothing(client: Client, provider: str, body: str) -> None:
    answer = send(client, Post(provider, "", body))

    assert answer.status_code in {200, 400}
    assert not ProviderEvent.objects.exclude(kind="other").exists()


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000])
@pytest.mark.parametrize("provider", SIGNATURES)
@pytest.mark.parametrize("authorization", ["", basic()])
def test_nesting_without_end_is_refused(
    client: Client, provider: str, body: str, authorization: str
) -> None:
    """Where the signature is within the JSON, anybody can post it."""
    answer = send(client, Post(provider, "", body), authorization)

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("provider", "facts"),
    [
        ("resend", {"RESEND_SIGNING_SECRET": "whsec_" + "QUJD" * 8}),  # asks for the package svix
        ("postal", {"POSTAL_WEBHOOK_KEY": "-----BEGIN PUBLIC KEY----- of another form"}),
        ("sendgrid", {"SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": "no key"}),
    ],
)
def test_a_missing_package_or_a_key_of_another_form_is_no_crash_and_is_named(
    client: Client, settings: Settings, provider: str, facts: dict[str, str]
) -> None:
    assert fault_of(provider) == ""
    settings.ANYMAIL = {**settings.ANYMAIL, **facts}
    post = next(post for post in POSTS if post.provider == provider)

    assert send(client, post).status_code == 400

    assert not ProviderEvent.objects.exists()
    assert fault_of(provider)


def test_ten_megabytes_are_not_read(client: Client) -> None:
    answer = send(client, Post("postmark", "", "x" * 10_000_000))

    assert answer.status_code == 400


def test_a_batch_with_one_bad_event_is_not_half_stored(digest: Digest, client: Client) -> None:
    good = {"event": "delivered", "email": READER, "timestamp": 1763629200, "mail": MAIL}

    answer = send(client, Post("sendgrid", "", [{**good, "sg_event_id": "1"}, {"no": "event"}]))

    assert answer.status_code == 400
    assert not ProviderEvent.objects.exists()


# --- what goes along with a mail -----------------------------------------------------------------


def test_a_mail_carries_what_its_events_are_known_by(digest: Digest) -> None:
    letter = Mail(READER, "Subject", "Text", "", f"<{MAIL}>", digest.due_at)

    assert letter.as_email().metadata == {"mail": MAIL}


@pytest.mark.parametrize("name", ["mailersend", "postal"])
def test_but_not_where_the_provider_would_refuse_it(
    digest: Digest, settings: Settings, name: str
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"

    letter = Mail(READER, "Subject", "Text", "", f"<{MAIL}>", digest.due_at)

    assert not hasattr(letter.as_email(), "metadata")


@pytest.mark.parametrize("name", ["mailersend", "postal"])
def test_what_such_a_provider_tells_finds_the_mail_by_the_providers_own_name(
    client: Client, name: str
) -> None:
    post = next(post for post in POSTS if (post.provider, post.kind) == (name, "hard_bounce"))
    digest = DigestFactory.create(
        subscriber__email=READER, state="sent", message_id=f"<{MAIL}>", provider_id=post.named
    )
    send(client, post)

    events.process_waiting(timezone.now())

    digest.refresh_from_db()
    assert (digest.state, digest.subscriber.state) == ("bounced", "suppressed")


def test_a_post_that_overtakes_the_providers_answer_waits_for_it() -> None:
    now = timezone.now()
    digest = DigestFactory.create(subscriber__email=READER, state="sending")
    told = events.Facts("Postal", "hard_bounce", now, message_id="10921", address=READER)
    events.store(told)
    events.process_waiting(now)
    assert ProviderEvent.objects.get().state == "waiting"

    Digest.objects.update(
        state="sent", sent_at=now, provider_id="10921", owner="", lease_until=None
    )
    events.process_waiting(now)

    digest.refresh_from_db()
    assert digest.state == "bounced"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_but_not_for_good(minutes: int) -> None:
    now = timezone.now()
    at = now + timedelta(minutes=minutes)
    events.store(events.Facts("Postal", "hard_bounce", at, message_id="10921", address=READER))

    events.process_waiting(now)

    assert ProviderEvent.objects.get().state == "ignored"
