"""A morning to test with: a clock, papers of today, and a real SMTP server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import kombu.pools
import pytest
import time_machine
from django.db.models import QuerySet
from pytest_django import Settings

from digest_project import celery_app
from papers.models import Paper
from subscriptions.digests import kept_pools
from subscriptions.models import MailboxMessage
from tests.factories import PaperFactory
from tests.provider import Provider, provider_stub
from tests.smtp import Sink, smtp_sink

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday


@pytest.fixture(autouse=True)
def no_pool_kept() -> None:
    """Of another test's edition, which may have had the same number."""
    kept_pools.forget()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOW


@pytest.fixture
def at_nine() -> Iterator[None]:
    """Commands and pages, which look at the clock themselves, see the same morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def todays_papers(db: None) -> list[Paper]:
    """Eight papers in two topics, the first one ahead of the second and so on."""
    return [
        PaperFactory.create(
            topic=["cs.CV", "cs.LG"][number % 2],
            trending=100.0 - number,
            first_seen_at=NOW - timedelta(hours=1),
        )
        for number in range(8)
    ]


@pytest.fixture
def mailbox(settings: Settings, db: None) -> QuerySet[MailboxMessage]:
    """The local mailbox, to which mail goes in this test."""
    settings.EMAIL_BACKEND = "subscriptions.mailbox.backend.MailboxBackend"
    return MailboxMessage.objects.all()


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = sink.port
        yield sink


@pytest.fixture(scope="session")
def provider_process() -> Iterator[Provider]:
    with provider_stub() as provider:
        yield provider


@pytest.fixture
def provider(provider_process: Provider) -> Provider:
    """Of mail over HTTP: a real server, which behaves well until it is told otherwise."""
    provider_process.forget()
    provider_process.behave()
    return provider_process


@pytest.fixture
def use_broker(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], None]]:
    """Has Celery publish to the broker of that address."""

    def use(url: str) -> None:
        settings.CELERY_BROKER_URL = url
        monkeypatch.setenv("CELERY_BROKER_URL", url)  # where Celery looks first
        _forget_connections()

    yield use
    _forget_connections()


def _forget_connections() -> None:
    kombu.pools.reset()
    celery_app._after_fork()  # type: ignore[attr-defined]  # missing in celery-types
