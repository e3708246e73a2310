"""A site in the browser: today's papers are there, and its mail stays in its mailbox."""

import threading
from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from seeds.load import load_papers


@pytest.fixture
def site(transactional_db: None, settings: Settings, base_url: str) -> Iterator[str]:
    """The address of the site, as its mails give it."""
    settings.SITE_URL = base_url
    settings.CELERY_BROKER_URL = ""
    settings.EMAIL_BACKEND = "subscriptions.mailbox.backend.MailboxBackend"
    load_papers(timezone.now())
    yield base_url
    _await_notices()  # before the database is emptied


def _await_notices() -> None:
    """Without a broker they are sent beside the request: subscriptions/wake.py."""
    for thread in threading.enumerate():
        if thread.name == "notices":
            thread.join(timeout=20)
            assert not thread.is_alive()
