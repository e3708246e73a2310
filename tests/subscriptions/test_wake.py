"""Waking whoever sends: whatever is away, the page that wakes answers, and soon."""

from collections.abc import Callable
from datetime import timedelta
from threading import enumerate as running_threads

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import Settings
from redis import Redis

from subscriptions import wake
from subscriptions.models import MailboxMessage, Notice
from tests.factories import NoticeFactory


def wait_for_sender() -> None:
    """Until the thread that sends beside the caller is done."""
    for thread in running_threads():
        if thread.name == "notices":
            thread.join(10)
            assert not thread.is_alive()


def sender_is_running() -> bool:
    return any(thread.name == "notices" for thread in running_threads())


def ready_notice() -> Notice:
    later = timezone.now() + timedelta(hours=1)
    return NoticeFactory.create(state="ready", not_after=later, message_id="<notice>")


def test_with_a_broker_a_worker_is_woken(
    broker_url: str, use_broker: Callable[[str], None]
) -> None:
    use_broker(broker_url)

    wake.notices()
    wake.notices()
    wait_for_sender()

    with Redis.from_url(broker_url) as broker:
        tasks = broker.lrange("celery", 0, -1)
    assert len(tasks) == 2
    assert all(b"subscriptions.tasks.send_notices" in task for task in tasks)


def test_a_broker_that_is_away_is_logged_and_keeps_nobody_waiting(
    use_broker: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    use_broker("redis://127.0.0.1:1/0")

    wake.notices()
    assert sender_is_running()
    wait_for_sender()

    assert "the next tick does its work" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_mail_is_sent_beside_the_caller(
    mailbox: QuerySet[MailboxMessage],
) -> None:
    notice = ready_notice()

    wake.notices()
    wait_for_sender()

    assert mailbox.get().recipient == notice.subscriber.email
    notice.refresh_from_db()
    assert notice.state == "sent"


@pytest.mark.django_db(transaction=True)
def test_waking_twice_sends_once(mailbox: QuerySet[MailboxMessage]) -> None:
    ready_notice()

    for _ in range(2):
        wake.notices()
        wait_for_sender()

    assert mailbox.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_leaves_the_notice_to_the_next_tick(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    notice = ready_notice()

    wake.notices()
    wait_for_sender()

    notice.refresh_from_db()
    assert notice.state == "deferred"


@pytest.mark.django_db(transaction=True)
def test_a_backend_that_is_not_there_opens_the_breaker_and_uses_up_no_attempt(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "no.such.Backend"
    notice = ready_notice()

    wake.notices()
    wait_for_sender()

    assert "breaker_opened" in caplog.text
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("deferred", 0)
