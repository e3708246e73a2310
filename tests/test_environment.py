"""The one reader of the environment: values come out typed, or are refused by name."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ImproperlyConfigured

from digest_project import environment
from digest_project.environment import Environment

REFUSALS: list[tuple[Callable[[Environment], Any], str, str]] = [
    (lambda env: env.flag("DEBUG"), "DEBUG=maybe", "DEBUG must be true or false, not 'maybe'."),
    (
        lambda env: env.integer("EMAIL_PORT", 25, low=1, high=65535),
        "EMAIL_PORT=70000",
        "EMAIL_PORT must be a whole number from 1 to 65535, not '70000'.",
    ),
    (
        lambda env: env.integer("EDITION_HOUR", 0, low=0, high=23),
        "EDITION_HOUR=-1",
        "EDITION_HOUR must be a whole number from 0 to 23, not '-1'.",
    ),
    (
        lambda env: env.number("DIGEST_FRESH_HOURS", 12, low=1, high=168),
        "DIGEST_FRESH_HOURS=soon",
        "DIGEST_FRESH_HOURS must be a number from 1 to 168, not 'soon'.",
    ),
    (
        lambda env: env.number("DIGEST_FRESH_HOURS", 12, low=1, high=168),
        "DIGEST_FRESH_HOURS=nan",
        "DIGEST_FRESH_HOURS must be a number from 1 to 168, not 'nan'.",
    ),
    (
        lambda env: env.number("DIGEST_FRESH_HOURS", 12, low=1, high=168),
        "DIGEST_FRESH_HOURS=169",
        "DIGEST_FRESH_HOURS must be a number from 1 to 168, not '169'.",
    ),
    (
        lambda env: env.line("SITE_NAME", ""),
        "SITE_NAME=Morning\nPapers",
        "SITE_NAME must be one line, not 'Morning\\nPapers'.",
    ),
    (
        lambda env: env.address("UNSUBSCRIBE_EMAIL", ""),
        "UNSUBSCRIBE_EMAIL=out@example.org\nBcc: all@example.org",
        "UNSUBSCRIBE_EMAIL must be one line, not 'out@example.org\\nBcc: all@example.org'.",
    ),
    (
        lambda env: env.address("UNSUBSCRIBE_EMAIL", ""),
        "UNSUBSCRIBE_EMAIL=Out <out@example.org>",
        (
            "UNSUBSCRIBE_EMAIL must be an address such as unsubscribe@example.org, "
            "not 'Out <out@example.org>'."
        ),
    ),
    *(
        (
            lambda env: env.sender("DEFAULT_FROM_EMAIL", ""),
            f"DEFAULT_FROM_EMAIL={value}",
            (
                "DEFAULT_FROM_EMAIL must be an address such as "
                f"Morning Papers <digest@example.org>, not {value!r}."
            ),
        )
        for value in ("Papers", "Papers, Daily <d@x.org>", "d@x.org, e@x.org", "P <d d@x.org>")
    ),
    (
        lambda env: env.choice("DIGEST_UNKNOWN_POLICY", "resend", ("resend", "hold")),
        "DIGEST_UNKNOWN_POLICY=drop",
        "DIGEST_UNKNOWN_POLICY must be one of resend, hold, not 'drop'.",
    ),
    (
        lambda env: env.site_url("SITE_URL", ""),
        "SITE_URL=papers.example.org",
        "SITE_URL must look like https://papers.example.org (no path), not 'papers.example.org'.",
    ),
    (
        lambda env: env.site_url("SITE_URL", ""),
        "SITE_URL=https://example.org/papers",
        (
            "SITE_URL must look like https://papers.example.org (no path), "
            "not 'https://example.org/papers'."
        ),
    ),
    (
        lambda env: env.site_url("SITE_URL", ""),
        "SITE_URL=https://[broken",
        "SITE_URL must look like https://papers.example.org (no path), not 'https://[broken'.",
    ),
    (
        lambda env: env.required("SECRET_KEY", "a long random text."),
        "SECRET_KEY= ",
        "SECRET_KEY must be set: a long random text.",
    ),
    (
        lambda env: env.broker_url("CELERY_BROKER_URL"),
        "CELERY_BROKER_URL=amqp://user:password@rabbit",
        "CELERY_BROKER_URL must be empty or a redis:// address, not 'amqp:…'.",
    ),
    (
        lambda env: env.broker_url("CELERY_BROKER_URL"),
        "CELERY_BROKER_URL=memory://",  # each process would have a broker of its own
        "CELERY_BROKER_URL must be empty or a redis:// address, not 'memory:…'.",
    ),
    (
        lambda env: env.database("DATABASE_URL", ""),
        "DATABASE_URL=mysql://user:password@host/name",
        "DATABASE_URL must begin with sqlite:/// or postgresql://, not 'mysql:…'.",
    ),
]


@pytest.mark.parametrize(("read", "variable", "sentence"), REFUSALS, ids=[r[1] for r in REFUSALS])
def test_a_value_is_refused_by_name(
    read: Callable[[Environment], Any], variable: str, sentence: str
) -> None:
    name, _, value = variable.partition("=")

    with pytest.raises(ImproperlyConfigured) as refusal:
        read(Environment({name: value}))

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "address",
    [
        "oracle://scott:tiger@host/name",
        "tiger",
        "tiger@host:6379",
        "redis://:tiger@host:port/0",
        "redis://:tiger@[host/0",
        "redis://:tiger/lily@host/0",
        "postgresql://scott:tiger@host:port/name",
        "postgresql://scott:tiger/lily@host/name",
    ],
)
def test_a_password_is_never_repeated(address: str) -> None:
    env = Environment({"URL": address})
    read = env.broker_url if address.startswith("redis") else lambda name: env.database(name, "")

    with pytest.raises(ImproperlyConfigured, match=r"^URL ") as refusal:
        read("URL")

    assert "tiger" not in str(refusal.value)


@pytest.mark.parametrize("address", ["", "redis://:pass@host:6379/0", "rediss://[::1]/0"])
def test_a_broker_is_redis_or_none(address: str) -> None:
    assert Environment({"URL": address}).broker_url("URL") == address


def test_an_empty_variable_means_the_default() -> None:
    env = Environment({"EMAIL_PORT": "", "DEBUG": "", "SITE_URL": " ", "SITE_NAME": ""})

    assert env.integer("EMAIL_PORT", 25, low=1, high=65535) == 25
    assert env.flag("DEBUG") is False
    assert env.site_url("SITE_URL", "http://localhost:8000") == "http://localhost:8000"
    assert env.text("SITE_NAME", "Morning Papers") == "Morning Papers"


def test_values_come_out_typed() -> None:
    env = Environment(
        {
            "DEBUG": "Yes",
            "TRENDING_HALF_LIFE_HOURS": "1.5",
            "SITE_URL": "https://papers.example.org/",
            "DEFAULT_FROM_EMAIL": '"Papers, Daily" <digest@example.org>',
            "UNSUBSCRIBE_EMAIL": "out@example.org",
            "ALLOWED_HOSTS": "a.example, b.example,",
            "ANYMAIL_POSTMARK_SERVER_TOKEN": "token",
            "ANYMAIL_EMPTY": "",
        }
    )

    assert env.flag("DEBUG") is True
    assert env.number("TRENDING_HALF_LIFE_HOURS", 48, low=1, high=8760) == 1.5
    assert env.site_url("SITE_URL", "") == "https://papers.example.org"
    assert env.sender("DEFAULT_FROM_EMAIL", "") == '"Papers, Daily" <digest@example.org>'
    assert env.address("UNSUBSCRIBE_EMAIL", "") == "out@example.org"
    assert env.words("ALLOWED_HOSTS") == ["a.example", "b.example"]
    assert env.with_prefix("ANYMAIL_") == {"POSTMARK_SERVER_TOKEN": "token"}


def test_a_database_is_read_from_its_address() -> None:
    env = Environment({"DATABASE_URL": "postgresql://user:p%40ss@host:5433/papers"})

    database = env.database("DATABASE_URL", "")

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("host", 5433, "papers")
    assert database["PASSWORD"] == "p@ss"


def test_an_env_file_fills_gaps_and_overrides_nothing(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text('EMAIL_HOST=from-the-file\nSITE_NAME="From the file"\nEMAIL_PORT=26\n')
    process = {"EMAIL_HOST": "from-the-process", "EMAIL_PORT": ""}

    with patch.dict(os.environ, process, clear=True):
        env = environment.read(env_file)

        assert env.text("EMAIL_HOST") == "from-the-process"
        assert env.text("EMAIL_PORT") == ""  # set, though to nothing
        assert env.text("SITE_NAME") == "From the file"


def test_an_env_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"SITE_NAME=caf\xe9\n")

    with pytest.raises(ImproperlyConfigured, match=r"^\.env cannot be read: it must be UTF-8"):
        environment.read(env_file)


def test_an_env_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.touch()

    with (
        patch.object(Path, "read_text", side_effect=PermissionError),  # root may read everything
        pytest.raises(ImproperlyConfigured, match=r"^\.env cannot be read: .* may open\.$"),
    ):
        environment.read(env_file)


def test_without_an_env_file_the_process_alone_counts(tmp_path: Path) -> None:
    assert environment.read(tmp_path / ".env").variables is os.environ
