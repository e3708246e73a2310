"""manage.py scheduler: ticks by itself where there is no broker, and stops when it is told to."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from subscriptions.management.commands import scheduler
from tests.installation import new_installation, wait_until

READERS = 3


@pytest.fixture
def kept_signals() -> Iterator[None]:
    """The test run's own handlers of the signals that the command takes over."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_refuses_to_tick_beside_celery_beat(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:6379/0"

    with pytest.raises(CommandError, match="start `celery -A digest_project beat` instead"):
        call_command("scheduler")


def test_sends_what_is_due_at_once_and_ends_in_good_order_when_terminated(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with new_installation(tmp_path) as installation:
        installation.manage("seed", "--subscribers", str(READERS), "--due")

        with installation.running("manage.py", "scheduler", log=log) as process:
            wait_until(lambda: f"sent={READERS}" in log.read_text(), 300, log)
            process.send_signal(signal.SIGTERM)

            assert process.wait(60) == 0

        assert len(installation.sink.taken) == READERS
        assert "Traceback" not in log.read_text()


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_signals")
def test_a_tick_that_fails_does_not_end_the_ticking(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = Counter[str]()

    def tick(*_: object, **__: object) -> Counter[str]:
        ticks["begun"] += 1
        if ticks["begun"] == 1:
            raise RuntimeError("the database is away")
        os.kill(os.getpid(), signal.SIGTERM)
        return Counter()

    monkeypatch.setattr(scheduler, "tick", tick)
    monkeypatch.setattr(scheduler, "PERIOD", timedelta(milliseconds=1))
    printed = StringIO()

    call_command("scheduler", stdout=printed)

    assert ticks["begun"] == 2
    assert "tick_failed" in caplog.text
    assert printed.getvalue().endswith("Stopped.\n")
