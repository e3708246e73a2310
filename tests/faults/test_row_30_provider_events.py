"""Row 30: events unsigned, wrongly signed, again and again, in every order, too big, too many."""

import json
import logging
from base64 import b64encode
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from seeds.subscribers import add_subscribers, address
from subscriptions import events
from subscriptions.models import Digest, ProviderEvent, Subscriber, Suppression
from subscriptions.models.states import State
from tests.factories import DigestFactory, EditionFactory
from tests.faults.matrix import Drill
from tests.subscriptions.provider_posts import AT, POSTS, READER, Post, postmark, public_key
from tests.subscriptions.unchanged import nothing_changes

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.row(30),
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support"),
]
SECRET = "user:a-long-password"
KEYS = ["MAILERSEND_SIGNING_SECRET", "MAILGUN_WEBHOOK_SIGNING_KEY", "MANDRILL_WEBHOOK_KEY"]
FIRST = {post.provider: post for post in POSTS}
MAIL = "digest-1@papers.test"
STORY = [
    postmark("", "Delivery", Recipient=READER, DeliveredAt=AT),
    postmark("", "Bounce", Type="SoftBounce", Email=READER, ID=1),
    postmark("", "Bounce", Type="Blocked", Email=READER, ID=2),
    postmark("", "Bounce", Type="HardBounce", Email=READER, ID=3),
    postmark("", "SpamComplaint", Type="SpamComplaint", Email=READER, ID=4),
]


@pytest.fixture(autouse=True)
def secrets(settings: Settings) -> None:
    keys = dict.fromkeys([*KEYS, "UNISENDER_GO_API_KEY"], "key")
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "POSTAL_WEBHOOK_KEY": public_key(), **keys}


def send(post: Post, secret: str = SECRET, **headers: str) -> int:
    authorization = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}
    body = post.body if isinstance(post.body, str) else json.dumps(post.body)
    return (
        Client(enforce_csrf_checks=True)
        .post(
            f"/hooks/{post.provider}/",
            body,
            content_type=post.content_type,
            headers=(authorization if secret else {}) | post.headers | headers,
        )
        .status_code
    )


def sent_digest() -> Digest:
    return DigestFactory.create(subscriber__email=READER, state="sent", message_id=f"<{MAIL}>")


def end_of(digest: Digest) -> tuple[Any, ...]:
    digest.refresh_from_db()
    reasons = Suppression.objects.values_list("reason", flat=True)
    return digest.state, digest.reason, digest.subscriber.state, *reasons


def forget_everything() -> None:
    for model in (ProviderEvent, Suppression, Digest, Subscriber):
        model._default_manager.all().delete()


@pytest.mark.parametrize("provider", FIRST)
def test_none_is_accepted_unsigned_or_wrongly_signed(provider: str, drill: Drill) -> None:
    sent_digest()
    post = FIRST[provider]
    forged = {name: value[:-4] + "AAAA" for name, value in post.headers.items()}

    with nothing_changes():
        answers = {send(post, secret) for secret in ("", "user:wrong", "user")}
        if provider in {"mailersend", "mandrill", "postal"}:
            answers.add(send(post, **forged))

    drill.told(trials=4)
    assert answers <= {401, 403}


def test_a_hundred_replays_change_nothing(drill: Drill) -> None:
    digest = sent_digest()
    for post in STORY:
        assert send(post) == 200
    events.process_waiting(timezone.now())
    end, kept = end_of(digest), ProviderEvent.objects.count()

    with nothing_changes():
        for _ in range(100):
            assert {send(post) for post in STORY} == {200}
            events.process_waiting(timezone.now())

    drill.told(trials=100 * len(STORY))
    assert end == ("complained", "", "suppressed", "complained")
    assert kept == len(STORY)


def test_all_120_orders_end_the_same(drill: Drill) -> None:
    orders, ends = list(permutations(STORY)), set()
    for order in orders:
        digest = sent_digest()
        for post in order:
            send(post)
            events.process_waiting(timezone.now())
        ends.add(end_of(digest))
        forget_everything()

    drill.told(trials=len(orders), note=f"{len(orders)} orders, {len(ends)} final state")
    assert ends == {("complained", "", "suppressed", "complained")}


@pytest.mark.parametrize("secret", ["", SECRET])
@pytest.mark.parametrize("provider", FIRST)
def test_ten_megabytes_are_refused(provider: str, secret: str) -> None:
    with nothing_changes():
        status = send(Post(provider, "", "x" * 10_000_000), secret)

    assert 400 <= status < 500


def test_a_flood_of_complaints_is_capped_with_an_alert(
    drill: Drill, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    count, now = drill.trials(short=400, long=50_000), timezone.now()
    settings.EVENT_SUPPRESSIONS_PER_HOUR = 100
    add_subscribers(count, now)
    edition = EditionFactory.create()
    told = {"edition": edition, "local_date": now.date(), "state": State.SENT, "sent_at": now}
    Digest.objects.bulk_create(
        Digest(subscriber=reader, message_id=f"<{reader.pk}@papers.test>", **told)
        for reader in Subscriber.objects.only("pk")
    )
    for number, pk in enumerate(Subscriber.objects.order_by("email").values_list("pk", flat=True)):
        complaint = {"MessageID": "theirs", "RecordType": "SpamComplaint", "ID": number}
        named = {"Metadata": {"mail": f"{pk}@papers.test"}, "Email": address(number + 1)}
        assert send(Post("postmark", "", {**complaint, **named})) == 200

    for minute in range(count // 1000 + 3):
        events.process_waiting(now + timedelta(minutes=minute % 59))

    most = max(100, count // 100)
    suppressed = Suppression.objects.count()
    held = ProviderEvent.objects.filter(state="waiting", outcome__contains="held back").count()
    alerts = [record for record in caplog.records if record.levelno == logging.ERROR]
    drill.told(trials=count, note=f"{count} complaints: {suppressed} suppressed, {held} held back")
    assert suppressed <= most
    assert suppressed + held == count
    assert any("suppressions_held_back" in record.getMessage() for record in alerts)
