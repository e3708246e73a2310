"""Mails that a test has claimed, to be delivered and looked at."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_django import Settings

from subscriptions.emails.message import FrozenEmail, Mail
from subscriptions.models import Digest
from tests.factories import DigestFactory, SubscriberFactory
from tests.provider import Provider

LEASE = timedelta(minutes=2)


def digest_to(email: str, now: datetime, **facts: Any) -> Digest:
    """A digest that this test has claimed."""
    subscriber = SubscriberFactory.create(email=email)
    facts = {"not_after": now + timedelta(hours=12), "due_at": now} | facts
    return DigestFactory.create(
        subscriber=subscriber, state="claimed", owner="test", message_id=f"<{email}>", **facts
    )


def digests_to(number: int, now: datetime, **facts: Any) -> list[Digest]:
    return [digest_to(f"reader-{each}@example.com", now, **facts) for each in range(number)]


def claimed_again(digest: Digest, **facts: Any) -> Digest:
    lease = {"owner": "test", "lease_until": datetime.now(UTC) + LEASE}
    Digest.objects.filter(pk=digest.pk).update(state="claimed", **lease, **facts)
    return fresh(digest)


def as_email(digest: Digest) -> FrozenEmail:
    return Mail(
        to=digest.subscriber.email,
        subject="Papers",
        text="Text",
        html="<p>HTML</p>",
        message_id=digest.message_id,
        date=digest.due_at,
    ).as_email()


def fresh(digest: Digest) -> Digest:
    digest.refresh_from_db()
    return digest


def state_of(digest: Digest) -> str:
    return fresh(digest).state


def states_of(digests: list[Digest]) -> list[str]:
    return [state_of(digest) for digest in digests]


def wait_of(digest: Digest, now: datetime) -> timedelta:
    assert digest.next_attempt_at
    return digest.next_attempt_at - now


def send_by(provider: Provider, name: str, settings: Settings) -> None:
    """From here on mail goes to the stub, as `resend`, `brevo` or `postmark`."""
    variables = provider.variables(name)
    settings.EMAIL_BACKEND = variables.pop("EMAIL_BACKEND")
    settings.EMAIL_TIMEOUT = 1
    told = {key.removeprefix("ANYMAIL_"): value for key, value in variables.items()}
    settings.ANYMAIL = {"REQUESTS_TIMEOUT": 1, **told}
