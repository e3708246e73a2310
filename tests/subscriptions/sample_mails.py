"""Every sample mail in every language, as an installation of the usual kind sends it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.test import override_settings

from seeds.mails import samples
from subscriptions.emails.message import Mail

HOST = "papers.example.org"
USUAL = override_settings(
    SITE_URL=f"https://{HOST}",
    DEFAULT_FROM_EMAIL=f"Morning Papers <digest@{HOST}>",
    SENDING_DOMAIN=HOST,
    UNSUBSCRIBE_EMAIL=f"unsubscribe@{HOST}",
    POSTAL_ADDRESS="1 Example Street, 12345 Exampletown",
)


def sample_mails() -> dict[str, Mail]:
    """By name and language."""
    with USUAL:
        return {
            f"{sample.name}.{language}": sample.mail
            for language, _ in settings.LANGUAGES
            for sample in samples(language)
        }


def as_sent(mails: dict[str, Mail], at: datetime | None = None) -> Iterator[tuple[str, bytes]]:
    """The bytes that the server is handed; `at` another time than the samples' own."""
    with USUAL:
        for name, mail in mails.items():
            email = replace(mail, date=at or mail.date).as_email()
            yield name, email.message().as_bytes(linesep="\r\n")
