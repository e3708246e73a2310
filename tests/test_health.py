"""What proxies, containers and operators ask."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import Error, InterfaceError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from papers.models import Candidate
from subscriptions import switch
from subscriptions.models import Tick
from tests.factories import EditionFactory, PaperFactory


@pytest.fixture(autouse=True)
def nothing_looked_at_lately() -> None:
    cache.clear()


NOW = datetime(2026, 11, 20, 22, tzinfo=UTC)
PAGES = ["/healthz", "/readyz"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_all_is_well_while_the_database_answers(client: Client, address: str) -> None:
    response = client.get(address)

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("error", [OperationalError("away"), InterfaceError("already closed")])
def test_503_says_that_the_database_is_away(client: Client, error: Error, address: str) -> None:
    with patch.object(connection, "cursor", side_effect=error):
        response = client.get(address)

    assert (response.status_code, response.content) == (503, b"database\n")


@pytest.mark.django_db
def test_a_process_is_not_ready_for_tables_of_another_version(client: Client) -> None:
    [latest] = MigrationLoader(connection).graph.leaf_nodes("subscriptions")
    MigrationRecorder(connection).record_unapplied(*latest)

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"migrations\n")
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*PAGES, "/status"])
def test_programs_are_answered_over_plain_http(
    client: Client, settings: Settings, address: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(address).status_code in {200, 503}


@pytest.mark.django_db
def test_healthz_is_asked_by_a_name_of_the_site(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["papers.example.org", "localhost"]

    assert client.get("/healthz", headers={"host": "localhost:8000"}).status_code == 200
    assert client.get("/healthz", headers={"host": "127.0.0.1:8000"}).status_code == 400


@pytest.mark.parametrize("address", [*PAGES, "/status", "/metrics"])
def test_nothing_is_told_to_a_post(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.django_db
def test_a_tick_a_moment_ago_is_alive(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(NOW, tick=False):
        Tick.record(NOW - timedelta(seconds=170))

        call_command("check_tick")

    assert "The last tick finished 170 s ago." in capsys.readouterr().out


@pytest.mark.django_db
def test_a_tick_long_ago_is_not() -> None:
    late = pytest.raises(CommandError, match="The last tick finished 190 s ago, at 2")
    with time_machine.travel(NOW, tick=False), late:
        Tick.record(NOW - timedelta(seconds=190))
        call_command("check_tick")


@pytest.mark.django_db
def test_no_tick_at_all_is_not() -> None:
    with pytest.raises(CommandError, match="No tick has ever finished"):
        call_command("check_tick")


@pytest.mark.django_db
def test_status_says_broken_when_nothing_ticks(client: Client) -> None:
    response = client.get("/status")

    assert (response.status_code, response.content) == (503, b"broken\n")


@pytest.mark.django_db
def test_status_is_ok_while_work_goes_on(client: Client) -> None:
    _working()

    response = client.get("/status")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/readyz", "/status"])
def test_who_asks_again_and_again_costs_one_small_query(client: Client, address: str) -> None:
    client.get(address)

    assert cost_of(client, address) == 1


@pytest.mark.django_db
def test_what_a_person_paused_is_not_broken(client: Client) -> None:
    _working()
    switch.pause("The provider moves", "sam", timezone.now())

    response = client.get("/status")

    assert (response.status_code, response.content) == (200, b"paused\n")


@pytest.mark.django_db
def test_who_knows_the_token_hears_why(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "of-the-monitor-alone"

    told = client.get("/status", headers={"authorization": "Bearer of-the-monitor-alone"}).json()
    guessed = client.get("/status", headers={"authorization": "Bearer guessed"})

    assert told["status"] == "broken"
    assert told["told"][0] == {
        "level": "stopped",
        "says": "No tick yet: nothing happens by itself.",
        "todo": "Start the scheduler, or Celery's beat and a worker.",
    }
    assert guessed.content == b"broken\n"


def cost_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    return len(seen)


def _working() -> None:
    edition = EditionFactory.create(date=timezone.now().date())
    Candidate.objects.create(edition=edition, paper=PaperFactory.create(), rank=1, score=1)
    Tick.record(timezone.now())
