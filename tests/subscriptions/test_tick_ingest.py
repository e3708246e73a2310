"""The tick asks the sources of papers as well, after the mails and never in their way."""

import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Event

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from redis import Redis
from werkzeug import Request, Response

from papers.models import Paper, ScheduledIngest
from papers.tasks import SOFT_TIME_LIMIT, TIME_LIMIT, WORKING_TIME, ingest_due
from subscriptions import tasks
from subscriptions.models import Tick
from tests.factories import PaperFactory
from tests.installation import new_installation, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(httpserver: HTTPServer, settings: Settings) -> HTTPServer:
    """Citations of one paper are due."""
    settings.INGEST_SCHEDULED = True
    settings.SEMANTIC_SCHOLAR_URL = httpserver.url_for("/graph/v1")
    ScheduledIngest.objects.exclude(source="semantic-scholar").update(enabled=False)
    paper = PaperFactory.create(arxiv_id=f"{timezone.now():%y%m}.00001")  # of this month: new
    facts = {"externalIds": {"ArXiv": paper.arxiv_id}, "title": paper.title, "citationCount": 4}
    path = f"/graph/v1/paper/ARXIV:{paper.arxiv_id}"
    httpserver.expect_request(path).respond_with_json(facts)
    return httpserver


def tick_by_hand() -> str:
    printed = StringIO()
    call_command("tick", stdout=printed)
    return printed.getvalue()


def woken(broker_url: str) -> list[str]:
    with Redis.from_url(broker_url) as broker:
        return [message.decode() for message in broker.lrange("celery", 0, -1)]


def test_by_hand_it_tells_in_a_line_what_came_in(source: HTTPServer) -> None:
    assert tick_by_hand() == "Papers: semantic-scholar read 1, created 0, updated 0.\n"

    assert Paper.objects.get().signals.get().count == 4


def test_a_second_tick_asks_nothing(source: HTTPServer) -> None:
    tick_by_hand()

    assert tick_by_hand() == "Nothing was due.\n"

    assert len(source.log) == 1


def test_the_tick_counts_as_done_before_a_source_is_asked(source: HTTPServer) -> None:
    begun = timezone.now()

    tick_by_hand()

    order = ScheduledIngest.objects.get(source="semantic-scholar")
    assert order.last_success_at
    assert begun <= Tick.objects.get().finished_at <= order.last_success_at


def test_with_a_broker_one_worker_is_woken_for_all_sources(
    source: HTTPServer, broker_url: str, use_broker: Callable[[str], None]
) -> None:
    use_broker(broker_url)

    assert tick_by_hand() == "Workers woken.\n"

    assert sum("papers.tasks.ingest_due" in message for message in woken(broker_url)) == 1
    assert not source.log


def test_nobody_is_woken_while_a_worker_is_at_it(
    source: HTTPServer, broker_url: str, use_broker: Callable[[str], None], now: datetime
) -> None:
    use_broker(broker_url)
    lease = timezone.now() + timedelta(minutes=5)
    ScheduledIngest.objects.filter(source="rank").update(leased_until=lease)

    tasks.tick()

    assert not any("ingest_due" in message for message in woken(broker_url))


def test_a_wake_up_reads_what_is_due_however_often_it_comes(source: HTTPServer) -> None:
    for _ in range(7):
        ingest_due()

    assert len(source.log) == 1


def test_a_wake_up_ends_before_the_broker_hands_it_to_another(settings: Settings) -> None:
    assert WORKING_TIME.total_seconds() < SOFT_TIME_LIMIT < TIME_LIMIT
    assert settings.CELERY_VISIBILITY_TIMEOUT > TIME_LIMIT


def test_the_scheduler_neither_waits_for_a_slow_source_nor_is_kept_by_it_from_ending(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    asked, answered = Event(), Event()

    def answer_late(_: Request) -> Response:
        asked.set()
        answered.wait(600)
        return Response("[]")

    httpserver.expect_request("/api/daily_papers").respond_with_handler(answer_late)
    variables = {
        "INGEST_SCHEDULED": "true",
        "DAILY_PAPERS_URL": httpserver.url_for("/api/daily_papers"),
    }
    alone = "ScheduledIngest.objects.exclude(source='daily-papers').update(enabled=False)"
    log = tmp_path / "log"
    with new_installation(tmp_path, **variables) as installation:
        installation.manage("shell", "-c", f"from papers.models import *; {alone}")
        installation.manage("seed", "--subscribers", "3", "--due")

        with installation.running("manage.py", "scheduler", log=log) as process:
            wait_until(lambda: asked.is_set() and "sent=3" in log.read_text(), 300, log)
            process.send_signal(signal.SIGTERM)
            ended = process.wait(60)
        answered.set()

    assert ended == 0
    assert "Traceback" not in log.read_text()
