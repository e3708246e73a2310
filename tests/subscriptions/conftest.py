"""A morning to test with: a clock, papers of today, and a real SMTP server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import QuerySet

from papers.models import Paper
from subscriptions.models import MailboxMessage
from tests.factories import PaperFactory
from tests.smtp import Sink, smtp_sink

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOW


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
def mailbox(settings, db: None) -> QuerySet[MailboxMessage]:
    """The local mailbox, to which mail goes in this test."""
    settings.EMAIL_BACKEND = "subscriptions.mailbox.backend.MailboxBackend"
    return MailboxMessage.objects.all()


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = sink.port
        yield sink
