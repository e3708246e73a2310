"""Database, disk, search index and clocks."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from tempfile import TemporaryFile
from zoneinfo import available_timezones

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from digest_project.doctor.findings import Finding, Question, fail, ok, warn
from papers.models import Paper
from papers.search import indexed
from subscriptions import fence
from subscriptions.models import Tick

SCARCE, LITTLE = 100_000_000, 1_000_000_000  # bytes free
SECONDS_APART = 5


def database_answers(_: Question) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    yield ok("database", f"{name} answers")
    if connection.vendor == "sqlite" and settings.CELERY_BROKER_URL:
        yield warn(
            "database",
            "SQLite with Celery's workers: only one of them writes at a time",
            "Set DATABASE_URL to a PostgreSQL database, or empty CELERY_BROKER_URL.",
        )


def tables_are_current(_: Question) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield fail(
            "migrations", f"{len(missing)} are not applied", "Run manage.py migrate, then restart."
        )
    else:
        yield ok("migrations", "all are applied")


def search_index_is_in_step(_: Question) -> Iterator[Finding]:
    papers, found = Paper.objects.count(), indexed()
    if papers == found:
        yield ok("search index", f"{papers} papers")
    else:
        yield fail(
            "search index", f"{found} of {papers} papers are in it", "Run manage.py search_index."
        )


def clocks_agree(_: Question) -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        yield ok("clock", "one machine, one clock")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
    if apart > SECONDS_APART:
        yield fail(
            "clock",
            f"this machine's clock and the database's are {apart:.0f} seconds apart",
            "Let both follow a time server (NTP).",
        )
    else:
        yield ok("clock", "this machine's and the database's agree")


def zones_are_known(_: Question) -> Iterator[Finding]:
    if known := available_timezones():
        yield ok("time zones", f"{len(known)} are known")
    else:
        yield fail("time zones", "there is no data of them", "Install the package tzdata.")


def disk_has_room(_: Question) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    told, fix = f"{free / 1e9:.1f} GB free", "Make room on the disk of data/."
    if free < SCARCE:
        yield fail("disk", told, fix)
    elif free < LITTLE:
        yield warn("disk", told, fix)
    else:
        yield ok("disk", told)


def data_can_be_written(_: Question) -> Iterator[Finding]:
    try:
        TemporaryFile(dir=settings.DATA_DIR).close()
    except OSError as error:
        yield fail(
            "data folder",
            f"{settings.DATA_DIR} cannot be written to: {error.strerror}",
            "Give it to the user that runs the programs.",
        )
    else:
        yield ok("data folder", "can be written to")


def copies_would_be_noticed(_: Question) -> Iterator[Finding]:
    if fence.is_up():
        yield ok("restore fence", "is up: a copied or restored database sends nothing")
    elif Tick.objects.exists():
        yield warn(
            "restore fence",
            "a copied or restored database would send everything again",
            "Set INSTALLATION_ID, or let this user write to DATA_DIR; the next tick does the rest.",
        )
    else:
        yield ok("restore fence", "the first tick puts it up")


def static_files_are_collected(_: Question) -> Iterator[Finding]:
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if settings.TRYING_OUT or manifest.is_file():
        yield ok("static files", "served")
    else:
        yield fail(
            "static files",
            "they are not collected: every page would fail",
            "Run manage.py collectstatic --noinput.",
        )
