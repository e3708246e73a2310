"""A site in the browser: today's papers are there, and its mail stays in its mailbox."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from seeds.load import load_papers
from tests.browser.reading import await_mail

expect.set_options(timeout=30_000)  # ms, for busy machines; what is there is not waited for


@pytest.fixture
def site(transactional_db: None, settings: Settings, base_url: str) -> Iterator[str]:
    """The address of the site, as its mails give it."""
    settings.SITE_URL = base_url
    settings.CELERY_BROKER_URL = ""
    settings.EMAIL_BACKEND = "subscriptions.mailbox.backend.MailboxBackend"
    load_papers(timezone.now())
    yield base_url
    await_mail()  # before the database is emptied


@pytest.fixture
def javascript(request: pytest.FixtureRequest) -> bool:
    """No page needs it: journeys are taken with and without."""
    return bool(getattr(request, "param", True))


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], javascript: bool) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": javascript}
