"""The mail server or provider, and the headers of a digest as a reader gets it."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.urls import Resolver404, resolve

from digest_project.checks import UNSUBSCRIBE_URL_LENGTH
from digest_project.doctor.findings import Finding, Question, fail, in_one_line, ok, skipped, warn
from seeds.mails import samples
from subscriptions.digests.delivery.allowing import is_allowed
from subscriptions.emails.message import Mail

SECONDS = 5
LARGEST = 95_000  # bytes; beyond, Gmail cuts the footer off
REPORT = "This is a mistake in the program: please report it."
MAIL = "a digest's headers"
HEADERS = {
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "Auto-Submitted": "auto-generated",
}


def mail_server_answers(question: Question) -> Iterator[Finding]:
    """Connects and logs in; sends nothing."""
    backend = settings.EMAIL_BACKEND
    if not backend.endswith("smtp.EmailBackend"):
        yield ok("mail", f"leaves by {backend}, which is asked when it is used")
        return
    subject = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if question.offline:
        yield skipped(subject, "offline")
        return
    connection = get_connection(timeout=SECONDS)
    try:
        connection.open()
        plain = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
        smtp: Any = connection  # Django's stubs know no connection of it
        offers_tls = plain and smtp.connection.has_extn("starttls")
    except Exception as error:  # noqa: BLE001  # of sockets, TLS and SMTP: all mean that no mail leaves
        yield fail(
            subject,
            f"no mail would leave: {in_one_line(error)}",
            "Correct EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD.",
        )
        return
    finally:
        connection.close()
    if offers_tls:
        yield warn(subject, "offers TLS, but mail leaves in the clear", "Set EMAIL_USE_TLS=true.")
    yield ok(subject, "answers" + (" and takes the login" if settings.EMAIL_HOST_USER else ""))


def headers_are_right(_: Question) -> Iterator[Finding]:
    """A digest made as any is, written as bytes, and read as a receiver reads them."""
    raw = _sample().as_email().message().as_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    wrong = list(_wrong(mail, raw))
    yield from wrong
    if not wrong:
        yield ok(MAIL, f"as they should be, {len(raw) / 1000:.0f} KB")


def test_mail_leaves(question: Question) -> Iterator[Finding]:
    if not question.send_to:
        return
    if not is_allowed(question.send_to):
        yield fail("test mail", "its address is not on EMAIL_ALLOW_LIST", "Name one that is.")
        return
    mail = replace(_sample(), to=question.send_to).as_email()
    try:
        get_connection(timeout=SECONDS).send_messages([mail])
    except Exception as error:  # noqa: BLE001  # as above, and a provider's own
        yield fail("test mail", f"refused: {in_one_line(error)}", "Correct what it names.")
    else:
        yield ok(
            "test mail", "handed over: look whether its DKIM signature covers List-Unsubscribe"
        )


def _sample() -> Mail:
    return next(each.mail for each in samples("en") if each.name == "digest-daily")


def _wrong(mail: EmailMessage, raw: bytes) -> Iterator[Finding]:
    yield from _wrong_names(mail)
    for name, expected in HEADERS.items():
        if mail[name] != expected:
            yield fail(MAIL, f"{name} is {mail[name]!r}, not {expected!r}", REPORT)
    if {part.get_content_type() for part in mail.walk()} < {"text/plain", "text/html"}:
        yield fail(MAIL, "it lacks its text or its HTML part", REPORT)
    if len(raw) > LARGEST:
        yield fail(MAIL, f"it has {len(raw)} bytes", "Shorten SITE_URL and POSTAL_ADDRESS.")
    yield from _wrong_link(str(mail["List-Unsubscribe"]))


def _wrong_names(mail: EmailMessage) -> Iterator[Finding]:
    fix = "Correct DEFAULT_FROM_EMAIL."
    for name in ("List-Id", "Feedback-ID", "Message-ID"):
        if settings.SENDING_DOMAIN not in str(mail[name]):
            yield fail(MAIL, f"{name} does not name the sender's domain", fix)
    if parseaddr(str(mail["From"])) != parseaddr(settings.DEFAULT_FROM_EMAIL):
        yield fail(MAIL, f"From is {mail['From']}", fix)


def _wrong_link(header: str) -> Iterator[Finding]:
    link = header.partition(">")[0].lstrip("<")
    try:
        resolve(urlsplit(link).path)
    except Resolver404:
        yield fail(MAIL, "its unsubscribe link leads nowhere on this site", REPORT)
    if len(link) > UNSUBSCRIBE_URL_LENGTH:
        yield warn(MAIL, "its unsubscribe link is too long for one line", "Shorten SITE_URL.")
