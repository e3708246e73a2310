"""A whole installation of its own: its database, its processes, and its mail in a sink."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from django.conf import settings

from tests.smtp import Sink, smtp_sink

SQLITE = "sqlite:///"
PYTHON = [sys.executable, "-W", "ignore"]


@dataclass(frozen=True, slots=True)
class Installation:
    """Run as an operator does: by commands, with everything in the environment."""

    environment: dict[str, str]
    sink: Sink

    def manage(self, *arguments: str, ended: Collection[int] = (0,)) -> str:
        """The output of a finished `manage.py` command; any other end of it fails the test."""
        done = subprocess.run(  # noqa: S603  # our own command
            [*PYTHON, "manage.py", *arguments],
            env=self.environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode in ended, done.stderr
        return done.stdout

    @contextmanager
    def running(self, *arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
        """A `python …` that goes on beside the test, as a process group; ended with it."""
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  # as above
                [*PYTHON, *arguments],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """As a machine that loses its power: no process of the group gets to say goodbye."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(
    condition: Callable[[], bool], seconds: float, log: Path | None = None, every: float = 0.05
) -> None:
    """Ask again and again; the test fails when it has not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(
                log.read_text()[-4000:] if log else "It did not come true in time."
            )
        time.sleep(every)


@contextmanager
def new_installation(folder: Path, **variables: str) -> Iterator[Installation]:
    """Migrated and empty; on PostgreSQL where the tests run on it, else on a file of SQLite.

    A DATABASE_URL among `variables` is taken instead: of a database that is there, or a file.
    """
    given = variables.get("DATABASE_URL")
    with smtp_sink() as sink, nullcontext(given) if given else _copy(folder) as url:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "digest_project.settings",
            "CELERY_BROKER_URL": "",
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
            **variables,
        }
        installation = Installation(environment, sink)
        if given:
            installation.manage("migrate", "--verbosity", "0")
        yield installation


@contextmanager
def _copy(folder: Path) -> Iterator[str]:
    """Of a migrated database: each installation has its own."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        file = folder / "installation.sqlite3"
        shutil.copyfile(_migrated().removeprefix(SQLITE), file)
        yield f"{SQLITE}{file}"
        return
    template = urlsplit(_migrated()).path[1:]
    with _database(f'TEMPLATE "{template}"') as url:
        yield url


@cache
def _migrated() -> str:
    """Where a migrated database is, made once a run: migrating takes longer than most tests."""
    rest = ExitStack()
    atexit.register(rest.close)
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        url = rest.enter_context(_database())
    else:
        url = f"{SQLITE}{rest.enter_context(TemporaryDirectory())}/migrated.sqlite3"
    facts = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "digest_project.settings"}
    Installation({**os.environ, **facts}, Sink()).manage("migrate", "--verbosity", "0")
    return url


@contextmanager
def _database(options: str = "") -> Iterator[str]:
    """On PostgreSQL. Not the tests' own, which is rolled back under the processes' feet."""
    name = f"installation_{uuid4().hex[:12]}"
    server = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" {options}'.encode())
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
