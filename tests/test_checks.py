"""What a start refuses, and what a deployment is warned of."""

from hashlib import sha256
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django.fixtures import Settings

MAILBOX = "subscriptions.mailbox.backend.MailboxBackend"


def ours(*, deploy: bool) -> dict[str | None, CheckMessage]:
    found = run_checks(include_deployment_checks=deploy)
    return {message.id: message for message in found if "morning_papers" in str(message.id)}


@pytest.fixture(autouse=True)
def production(settings: Settings) -> None:
    settings.TRYING_OUT = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SITE_URL = "https://papers.example.org"
    settings.POSTAL_ADDRESS = "1 Example Street, 12345 Exampletown"


def test_an_installation_as_it_should_be_passes() -> None:
    assert ours(deploy=True) == {}


@pytest.mark.parametrize(
    ("backend", "expected", "says"),
    [
        (MAILBOX, "E001", "keeps mail instead of sending it"),
        ("anymail.backends.postmark.EmailBackend", "E002", "lacks a setting"),
        ("no.such.Backend", "E003", "cannot be loaded"),
        ("nonsense", "E003", "cannot be loaded"),
        ("anymail.backends.postmark.Postmark", "E003", "cannot be loaded"),
    ],
)
def test_a_backend_that_cannot_send_is_refused(
    settings: Settings, backend: str, expected: str, says: str
) -> None:
    settings.EMAIL_BACKEND = backend

    found = ours(deploy=False)

    assert list(found) == [f"morning_papers.{expected}"]
    assert says in found[f"morning_papers.{expected}"].msg


def test_a_missing_key_of_a_provider_is_named(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"

    found = ours(deploy=False)

    assert found["morning_papers.E002"].hint == "Set ANYMAIL_POSTMARK_SERVER_TOKEN."


def test_a_provider_with_its_key_is_accepted(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "a-token"}

    assert ours(deploy=False) == {}


def test_the_mailbox_is_accepted_while_trying_out(settings: Settings) -> None:
    settings.EMAIL_BACKEND = MAILBOX
    settings.TRYING_OUT = True

    assert ours(deploy=False) == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"TRYING_OUT": True}, "W001"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "W002"),
        ({"POSTAL_ADDRESS": ""}, "W003"),
        ({"SITE_URL": "http://papers.example.org"}, "W004"),
        ({"SITE_URL": "https://morning-papers.department.example.org"}, "W005"),
        ({"SECRET_KEY": "s", "LINK_KEY": sha256(b"links s").hexdigest()}, "W006"),
        ({"SECURE_SSL_REDIRECT": True, "SECURE_PROXY_SSL_HEADER": None}, "W007"),
    ],
)
def test_a_deployment_is_warned(settings: Settings, changes: dict[str, Any], expected: str) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)

    found = ours(deploy=True)

    assert list(found) == [f"morning_papers.{expected}"]
    assert found[f"morning_papers.{expected}"].hint
    assert ours(deploy=False) == {}


@pytest.mark.parametrize(
    ("provider", "names"),
    [
        ("postmark", "ANYMAIL_WEBHOOK_SECRET, and"),
        ("resend", "ANYMAIL_WEBHOOK_SECRET or ANYMAIL_RESEND_SIGNING_SECRET, and"),
        ("mailgun", "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY, and"),
    ],
)
def test_a_provider_whose_events_are_refused_is_warned_of(
    settings: Settings, provider: str, names: str
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{provider}.EmailBackend"
    keys = {"POSTMARK_SERVER_TOKEN": "t", "RESEND_API_KEY": "t", "MAILGUN_API_KEY": "t"}
    settings.ANYMAIL = keys

    found = ours(deploy=True)

    assert list(found) == ["morning_papers.W008"]
    hint = str(found["morning_papers.W008"].hint)
    assert names in hint
    assert f"https://papers.example.org/hooks/{provider}/" in hint


def test_one_secret_opens_a_webhook(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "t", "WEBHOOK_SECRET": "user:password"}

    assert ours(deploy=True) == {}


def test_a_key_that_cannot_be_read_is_warned_of(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postal.EmailBackend"
    settings.ANYMAIL = {
        "POSTAL_API_URL": "https://postal.example.org",
        "POSTAL_API_KEY": "t",
        "POSTAL_WEBHOOK_KEY": "no key",
    }

    found = ours(deploy=True)

    assert list(found) == ["morning_papers.W009"]
    assert "its key cannot be read" in found["morning_papers.W009"].msg


def test_a_provider_whose_events_nobody_reads_is_warned_of(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.scaleway.EmailBackend"
    settings.ANYMAIL = {"SCALEWAY_SECRET_KEY": "t", "SCALEWAY_PROJECT_ID": "t"}

    found = ours(deploy=True)

    assert list(found) == ["morning_papers.W010"]
    assert "manage.py suppress" in str(found["morning_papers.W010"].hint)


def test_the_longest_host_that_fits_is_not_warned_of(settings: Settings) -> None:
    settings.SITE_URL = "https://" + "h" * (58 - 8 - len("/u/") - 20)

    assert ours(deploy=True) == {}
