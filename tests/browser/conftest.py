"""A site in the browser: today's papers are there, and its mail stays in its mailbox."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from seeds.load import load_papers
from tests.browser.reading import await_mail


@pytest.fixture
def site(transactional_db: None, settings: Settings, base_url: str) -> Iterator[str]:
    """The address of the site, as its mails give it."""
    settings.SITE_URL = base_url
    settings.CELERY_BROKER_URL = ""
    settings.EMAIL_BACKEND = "subscriptions.mailbox.backend.MailboxBackend"
    load_papers(timezone.now())
    yield base_url
    await_mail()  # before the database is emptied
