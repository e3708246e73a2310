"""The doctor names every broken setting, with the fix, and ends with exit code 1."""

from pathlib import Path

import pytest

from tests.doctor.asking import Answer, ask_installation

pytestmark = pytest.mark.once

REFUSED = {
    "SECRET_KEY": "",
    "DEBUG": "perhaps",
    "SITE_URL": "https://papers.example.org/path",
    "SITE_NAME": "two\nlines",
    "DATABASE_URL": "mysql://somewhere/else",
    "CELERY_BROKER_URL": "amqp://somewhere",
    "EMAIL_PORT": "0",
    "EMAIL_TIMEOUT": "31",
    "DEFAULT_FROM_EMAIL": "Morning Papers",
    "UNSUBSCRIBE_EMAIL": "nobody",
    "TRENDING_HALF_LIFE_HOURS": "soon",
    "EDITION_HOUR": "24",
    "EDITION_WINDOW_DAYS": "0",
    "EDITION_SIZE": "1",
    "DIGEST_CHUNK_SIZE": "many",
    "DIGEST_LEASE_SECONDS": "1",
    "DIGEST_FRESH_HOURS": "0",
    "DIGEST_UNKNOWN_POLICY": "hope",
    "RETENTION_AUDIT_LOG_DAYS": "1",
    "AI_SCORE_NOVELTY_WEIGHT": "-1",
    "ARXIV_API_URL": "ftp://mirror.example.org",
    "INGEST_SCHEDULED": "sometimes",
    "LOG_LEVEL": "LOUD",
}
TOGETHER = {
    "EMAIL_USE_SSL": "true",  # with EMAIL_USE_TLS
    "DIGEST_LEASE_SECONDS": "20",  # less than twice EMAIL_TIMEOUT
    "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",  # without its key
    "ANYMAIL_WEBHOOK_SECRET": "no-colon",
    "SECRET_KEY": "short",
    "DATABASE_URL": "sqlite:////no/such/folder/papers.sqlite3",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
}


@pytest.fixture(scope="module")
def refused() -> Answer:
    return ask_installation(**REFUSED)


@pytest.fixture(scope="module")
def broken() -> Answer:
    return ask_installation(**TOGETHER)


@pytest.mark.parametrize("name", REFUSED)
def test_each_refused_setting_is_named_with_what_is_expected(refused: Answer, name: str) -> None:
    [finding] = [each for each in refused.findings if each["found"].startswith(f"{name} must ")]

    assert finding["level"] == "fail"
    assert finding["fix"] == f"Change {name}; docs/settings.md says what it may be."
    assert refused.exit_code == 1


def test_a_database_of_a_refused_address_is_not_touched(refused: Answer) -> None:
    assert refused.of("database")["level"] == "skipped"


def test_the_value_of_a_refused_address_is_not_told(refused: Answer) -> None:
    assert not refused.about("somewhere")


def test_what_https_would_mend_is_one_finding() -> None:
    answer = ask_installation(SITE_URL="http://papers.example.org")

    [finding] = [
        each for each in answer.findings if (each["subject"], each["level"]) == ("settings", "warn")
    ]
    assert finding["found"].startswith("SITE_URL is http://papers.example.org: ")
    assert finding["fix"] == "Set SITE_URL to an https:// address."


@pytest.mark.parametrize(
    ("found", "fix"),
    [
        ("EMAIL_USE_TLS and EMAIL_USE_SSL must not both be true", "Change EMAIL_USE_TLS"),
        ("DIGEST_LEASE_SECONDS must be at least", "Change DIGEST_LEASE_SECONDS"),
        ("postmark.EmailBackend lacks a setting", "Set ANYMAIL_POSTMARK_SERVER_TOKEN."),
        ("WEBHOOK_SECRET is not of the form name:password", "Set ANYMAIL_WEBHOOK_SECRET"),
        ("Your SECRET_KEY has less than 50 characters", "Set SECRET_KEY to a long random text"),
        ("unable to open database file", "Mend what it names"),
        ("Redis of CELERY_BROKER_URL does not answer", "Start Redis, or correct"),
        ("they are not collected", "Run manage.py collectstatic"),
    ],
)
def test_what_breaks_only_later_is_named_too(broken: Answer, found: str, fix: str) -> None:
    [finding] = broken.about(found)

    assert finding["level"] == "fail"
    assert finding["fix"].startswith(fix)
    assert broken.exit_code == 1


@pytest.mark.parametrize(
    ("variables", "found", "fix"),
    [
        ({"POSTAL_ADDRESS": "", "LINK_KEY": ""}, "POSTAL_ADDRESS is empty", "Set POSTAL_ADDRESS"),
        ({"BEHIND_PROXY": "false"}, "BEHIND_PROXY is false", "Set BEHIND_PROXY=true"),
        ({"SITE_URL": "http://papers.example.org"}, "SITE_URL is http", "Set SITE_URL to an https"),
    ],
)
def test_what_works_and_should_not_go_live_is_a_warning(
    variables: dict[str, str], found: str, fix: str, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/papers.sqlite3"
    answer = ask_installation(CELERY_BROKER_URL="", DATABASE_URL=database, **variables)
    finding = answer.about(found)[0]

    assert finding["level"] == "warn"
    assert finding["fix"].startswith(fix)
