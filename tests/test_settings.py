"""What the settings make of the environment, and how each program refuses to start."""

import os
import re
import runpy
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from digest_project import environment
from digest_project.start import NOT_MIGRATED, in_one_sentence
from tests import production

pytestmark = pytest.mark.once

SETTINGS = str(settings.BASE_DIR / "digest_project" / "settings" / "__init__.py")


def settings_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any]:
    """The settings of an installation with these variables and no other."""
    monkeypatch.setattr(environment, "read", lambda _: environment.Environment(variables))
    for part in ("ingest", "scores"):
        monkeypatch.delitem(sys.modules, f"digest_project.settings.{part}", raising=False)
    return runpy.run_path(SETTINGS)


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program of the project, with the variables of production and no other."""
    return subprocess.run(  # noqa: S603  # our own programs
        [sys.executable, "-W", "ignore", *arguments],
        env={"PATH": os.environ["PATH"], **production.VARIABLES, **variables},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "SECRET_KEY must be set: a long random text that stays secret."),
        (
            {"DEMO": "true", "EMAIL_USE_TLS": "true", "EMAIL_USE_SSL": "true"},
            "EMAIL_USE_TLS and EMAIL_USE_SSL must not both be true.",
        ),
        (
            {"DEMO": "true", "TRENDING_HALF_LIFE_HOURS": "soon"},
            "TRENDING_HALF_LIFE_HOURS must be a number from 1 to 8760, not 'soon'.",
        ),
        (
            {"DEMO": "true", "EMAIL_TIMEOUT": "31"},
            "EMAIL_TIMEOUT must be a whole number from 1 to 30, not '31'.",
        ),
        (
            {"DEMO": "true", "DEFAULT_FROM_EMAIL": "Morning Papers"},
            "DEFAULT_FROM_EMAIL must be an address such as",
        ),
        (
            {"DEMO": "true", "DIGEST_LEASE_SECONDS": "59"},
            "DIGEST_LEASE_SECONDS must be at least twice EMAIL_TIMEOUT (60 seconds), not 59.",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        settings_with(monkeypatch, **variables)

    assert str(refusal.value).startswith(sentence)


def test_nothing_but_a_secret_key_runs_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_with(monkeypatch, SECRET_KEY="k" * 50)

    assert made["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert made["CELERY_BROKER_URL"] == ""  # None would mean RabbitMQ to Celery
    assert made["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"


def test_trying_out_needs_nothing_and_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_with(monkeypatch, DEMO="true")

    assert made["EMAIL_BACKEND"] == "subscriptions.mailbox.backend.MailboxBackend"
    assert made["SECRET_KEY"]


def test_a_changed_secret_key_leaves_links_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings_with(monkeypatch, SECRET_KEY="a" * 50, LINK_KEY="c" * 50)
    after = settings_with(monkeypatch, SECRET_KEY="b" * 50, LINK_KEY="c" * 50)

    assert before["LINK_KEY"] == after["LINK_KEY"]


def test_mail_comes_from_the_sites_own_host(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_with(monkeypatch, SECRET_KEY="k", SITE_URL="https://papers.example.org")

    assert made["DEFAULT_FROM_EMAIL"] == "Morning Papers <digest@papers.example.org>"
    assert made["SENDING_DOMAIN"] == "papers.example.org"


def test_a_name_with_a_comma_still_makes_one_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_with(monkeypatch, DEMO="true", SITE_NAME="Papers, Daily")

    assert made["DEFAULT_FROM_EMAIL"] == '"Papers, Daily" <digest@localhost>'
    assert made["SENDING_DOMAIN"] == "localhost"


def test_a_data_folder_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = PermissionError(13, "Permission denied")

    with (
        patch.object(Path, "mkdir", side_effect=refusal),
        pytest.raises(ImproperlyConfigured, match=r"data cannot be made: Permission denied\.$"),
    ):
        settings_with(monkeypatch, DEMO="true")


def test_keys_of_a_provider_reach_anymail(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_with(monkeypatch, SECRET_KEY="k", ANYMAIL_POSTMARK_SERVER_TOKEN="token")

    assert made["ANYMAIL"]["POSTMARK_SERVER_TOKEN"] == "token"


def test_a_provider_is_not_waited_for_longer_than_a_mail_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings_with(monkeypatch, DEMO="true")["ANYMAIL"]["REQUESTS_TIMEOUT"] == 30
    shorter = settings_with(monkeypatch, DEMO="true", EMAIL_TIMEOUT="5")
    assert shorter["ANYMAIL"]["REQUESTS_TIMEOUT"] == 5


def test_empty_variables_leave_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_with(monkeypatch, DEMO="true", SITE_NAME="", UNSUBSCRIBE_EMAIL="")

    assert made["SITE_NAME"] == "Morning Papers"
    assert made["UNSUBSCRIBE_EMAIL"] == "unsubscribe@localhost"


def test_a_deployment_as_it_should_be_passes_every_check() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("program", "code"),
    [
        (["manage.py", "check"], 3),
        (["manage.py", "tick"], 3),
        (["-m", "celery", "--app", "digest_project", "worker"], 1),
        (["-m", "celery", "--app", "digest_project", "beat"], 1),
        (["-m", "gunicorn", "--bind", "127.0.0.1:0", "digest_project.wsgi"], 3),
    ],
    ids=lambda value: " ".join(value[:5]) if isinstance(value, list) else "",
)
def test_every_program_refuses_in_one_sentence(program: list[str], code: int) -> None:
    done = run(*program, EMAIL_PORT="many")

    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert (
        "Morning Papers cannot start: "
        "EMAIL_PORT must be a whole number from 1 to 65535, not 'many'.\n"
    ) in done.stderr


def test_the_mailbox_is_refused_outside_of_a_trial() -> None:
    done = run("manage.py", "check", EMAIL_BACKEND="subscriptions.mailbox.backend.MailboxBackend")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "(morning_papers.E001) The local mailbox keeps mail" in done.stderr


@pytest.mark.parametrize("tables", ["", "CREATE TABLE subscriptions_tick (id INTEGER)"])
def test_an_empty_or_older_database_is_told_in_one_sentence(tmp_path: Path, tables: str) -> None:
    file = tmp_path / "papers.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(tables)

    done = run("manage.py", "check_tick", DATABASE_URL=f"sqlite:///{file}")

    assert (done.returncode, done.stderr) == (1, f"{NOT_MIGRATED}\n")


def test_a_database_that_cannot_be_written_is_told_in_one_sentence() -> None:
    with pytest.raises(SystemExit, match="Nothing can be written to"), in_one_sentence():
        raise OperationalError("attempt to write a readonly database")


@pytest.mark.parametrize(
    "address",
    ["sqlite:////nowhere/at/all.sqlite3", "postgresql://scott:tiger@127.0.0.1:1/papers"],
)
def test_a_database_that_does_not_answer_is_told_without_its_password(address: str) -> None:
    done = run("manage.py", "check_tick", DATABASE_URL=address)

    assert done.returncode == 1
    assert re.fullmatch(r"The database of DATABASE_URL does not answer: .+\n", done.stderr)
    assert "tiger" not in done.stderr


def test_the_traceback_is_shown_to_who_asks_for_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"

    assert "Traceback" in run("manage.py", "check_tick", "--traceback", DATABASE_URL=url).stderr
