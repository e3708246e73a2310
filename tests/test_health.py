"""What proxies, containers and operators ask."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from subscriptions.models import Tick


@pytest.mark.django_db
def test_healthz_is_ok_while_the_database_answers(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("away"), InterfaceError("already closed")])
def test_healthz_says_503_when_the_database_is_away(client: Client, error: Error) -> None:
    with patch.object(connection, "cursor", side_effect=error):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (503, b"database\n")


@pytest.mark.django_db
def test_healthz_is_answered_over_plain_http(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_healthz_is_asked_by_a_name_of_the_site(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["papers.example.org", "localhost"]

    assert client.get("/healthz", headers={"host": "localhost:8000"}).status_code == 200
    assert client.get("/healthz", headers={"host": "127.0.0.1:8000"}).status_code == 400


def test_healthz_takes_no_post(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_a_tick_a_moment_ago_is_alive(capsys: pytest.CaptureFixture[str]) -> None:
    Tick.record(timezone.now() - timedelta(seconds=170))

    call_command("check_tick")

    assert "The last tick finished 170 s ago." in capsys.readouterr().out


@pytest.mark.django_db
def test_a_tick_long_ago_is_not() -> None:
    Tick.record(timezone.now() - timedelta(seconds=190))

    with pytest.raises(CommandError, match="The last tick finished 190 s ago, at 2"):
        call_command("check_tick")


@pytest.mark.django_db
def test_no_tick_at_all_is_not() -> None:
    with pytest.raises(CommandError, match="No tick has ever finished"):
        call_command("check_tick")
