"""manage.py doctor: what is found where it can be looked at."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from papers.models import Paper
from subscriptions.models import MailboxMessage, Tick
from tests.doctor.asking import ask
from tests.factories import DigestFactory, PaperFactory
from tests.services import free_port
from tests.smtp import smtp_sink

NO_DNS = ("--dns", "127.0.0.1:1")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def templates_of_tests(settings: Settings) -> None:
    """Tests make Django fail at unknown variables, which its own check takes for a mistake."""
    settings.SILENCED_SYSTEM_CHECKS = ["templates.E002"]


@pytest.fixture
def production(settings: Settings) -> None:
    """As far as one process can play it."""
    settings.TRYING_OUT = False
    settings.SITE_URL = "https://papers.example.org"
    settings.SENDING_DOMAIN = "papers.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = free_port()


def test_the_demonstration_is_well() -> None:
    call_command("seed", stdout=StringIO())

    answer = ask()

    assert [each for each in answer.findings if each["level"] not in {"ok", "skipped"}] == []
    assert answer.exit_code == 0
    [left_out] = answer.about("because this is a demonstration")
    assert left_out["found"].endswith("1 of work, 1 of sources, 1 of staff")


def test_it_changes_nothing() -> None:
    call_command("seed", stdout=StringIO())
    with connection.execute_wrapper(_only_reads):
        ask()

    assert not MailboxMessage.objects.exists()


def test_on_a_pipe_each_finding_is_a_line_with_its_fix() -> None:
    PaperFactory.create()
    _empty_the_index()
    printed = StringIO()

    with pytest.raises(SystemExit, match="1"):
        call_command("doctor", "--offline", stdout=printed)

    lines = printed.getvalue().splitlines()
    assert "fail  search index  0 of 1 papers are in it  Run manage.py search_index." in lines
    assert "1 fail" in lines[-1]


def test_a_check_that_breaks_says_so_and_the_others_go_on(settings: Settings) -> None:
    settings.DATA_DIR = Path("/no/such/folder")

    answer = ask("--offline")

    assert "could not be found out: FileNotFoundError" in answer.of("disk")["found"]
    assert answer.of("data folder")["level"] == "fail"
    assert answer.of("digests")["level"] == "ok"
    assert answer.exit_code == 1


@pytest.mark.usefixtures("production")
def test_a_tick_that_stands_still_fails() -> None:
    Tick.record(timezone.now() - timedelta(hours=1))

    finding = ask("--offline").about("No tick for")[0]

    assert (finding["level"], finding["fix"]) == (
        "fail",
        "Start the scheduler, or Celery's beat and a worker.",
    )


def test_digests_that_nobody_can_explain_fail() -> None:
    call_command("seed", stdout=StringIO())
    Tick.record(timezone.now())
    edition = (
        Paper.objects.filter(candidacies__isnull=False)[0].candidacies.latest("edition").edition
    )
    long_ago = timezone.now() - timedelta(hours=2)
    DigestFactory.create(edition=edition, state="ready", not_after=long_ago)

    assert ask("--offline").of("digests")["found"].startswith("1 unexplained")


@pytest.mark.usefixtures("production")
def test_staff_without_a_second_factor_are_counted(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    get_user_model().objects.create_superuser("ada", "ada@example.com", "a-password")

    assert ask("--offline").of("staff")["found"] == ("1 member of staff has no second factor yet")
    get_user_model().objects.create_superuser("bo", "bo@example.com", "a-password")
    assert ask("--offline").of("staff")["found"].startswith("2 members of staff have")


@pytest.mark.usefixtures("production")
def test_a_mail_server_that_is_away_fails(settings: Settings) -> None:
    finding = ask(*NO_DNS).of(f"127.0.0.1:{settings.EMAIL_PORT}")

    assert finding["level"] == "fail"
    assert finding["found"].startswith("no mail would leave: ")
    assert "EMAIL_HOST" in finding["fix"]


@pytest.mark.usefixtures("production")
def test_a_mail_server_is_greeted_and_sent_nothing(settings: Settings) -> None:
    with smtp_sink() as sink:
        settings.EMAIL_PORT = sink.port
        finding = ask(*NO_DNS).of(f"127.0.0.1:{sink.port}")

    assert (finding["level"], finding["found"]) == ("ok", "answers")
    assert sink.taken == []


@pytest.mark.usefixtures("production")
def test_a_sample_is_sent_where_it_is_asked_for(settings: Settings) -> None:
    with smtp_sink() as sink:
        settings.EMAIL_PORT = sink.port
        finding = ask("--send-to", "ada@example.com", *NO_DNS).of("test mail")

    assert finding["level"] == "ok"
    assert [address for address, _ in sink.taken] == ["ada@example.com"]


@pytest.mark.usefixtures("production")
def test_headers_that_are_right_are_ok() -> None:
    assert ask("--offline").of("a digest's headers")["found"].startswith("as they should be")


@pytest.mark.usefixtures("production")
def test_headers_of_another_domain_than_the_senders_fail(settings: Settings) -> None:
    settings.SITE_URL = "https://a-very-long-name-for-a-site.example.org"

    assert "too long for one line" in ask("--offline").of("a digest's headers")["found"]


def test_a_real_broker_is_judged_and_its_workers_are_missed(
    settings: Settings, broker_url: str
) -> None:
    settings.CELERY_BROKER_URL = broker_url

    answer = ask("--offline")

    assert answer.of("broker")["found"].startswith("Redis ")
    assert answer.of("workers")["level"] == "fail"


def _empty_the_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM papers_search")


def _only_reads(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    assert not sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
    return execute(sql, params, many, context)
