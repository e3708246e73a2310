"""What every test gets: no network beyond this machine, and real servers for the asking."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django.live_server_helper import LiveServer

from tests import services
from tests.catalogue import MISSING_GETTEXT

CI = os.environ.get("CI") == "true"
NO_CHROMIUM = "needs Chromium: install the package chromium"
NO_SPAMASSASSIN = "needs SpamAssassin: install the package spamassassin"

hypothesis_settings.register_profile("here", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("ci" if CI else "here")


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for a browser or a broker are marked so; for another database, skipped."""
    for item in items:
        fixtures = getattr(item, "fixturenames", [])
        if "browser_name" in fixtures:
            item.add_marker(pytest.mark.browser)
        if "broker_url" in fixtures:
            item.add_marker(pytest.mark.redis)
        if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip("needs PostgreSQL: make test-postgresql"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Loudly: a skipped tier must not look like a passed one."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    if count := sum(NO_CHROMIUM in reason for reason in skipped):
        terminalreporter.write_line(f"!!! NOT RUN: {count} browser tests; {NO_CHROMIUM}", red=True)
    if any(MISSING_GETTEXT in reason for reason in skipped):
        terminalreporter.write_line(f"!!! NOT RUN: missing messages; {MISSING_GETTEXT}", red=True)
    if any(NO_SPAMASSASSIN in reason for reason in skipped):
        terminalreporter.write_line(f"!!! NOT RUN: spam scores; {NO_SPAMASSASSIN}", red=True)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever language the last page of the test before was in."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Not that of the checkout, where somebody may be trying things out."""
    settings.DATA_DIR = tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """A connection beyond this machine, or a name asked of a name server, fails the test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            guarded = _guarded(getattr(socket.socket, name), lambda args: args[-1])
            patch.setattr(socket.socket, name, guarded)
        for name in ("getaddrinfo", "gethostbyname"):
            patch.setattr(socket, name, _guarded(getattr(socket, name), lambda args: args[:1]))
        yield


def _guarded(
    function: Callable[..., Any], address_in: Callable[[tuple[Any, ...]], Any]
) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if not _stays_here(address_in(args)):
            # not an Exception, so that no `except` of the product can swallow it
            pytest.fail(f"A test must not reach beyond this machine: {address_in(args)}")
        return function(*args, **kwargs)

    return call


def _stays_here(address: Any) -> bool:
    if not isinstance(address, tuple) or not address:
        return True  # a Unix socket
    host = address[0]
    try:
        return host in {None, "", "localhost", b"localhost"} or ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture
def broker_url() -> Iterator[str]:
    """An empty database of a real Redis."""
    if "TEST_REDIS_URL" not in os.environ:
        pytest.skip("needs Redis: make test-postgresql")
    with services.redis_database(os.environ["TEST_REDIS_URL"]) as url:
        yield url


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """`page.goto("/preferences/")` reaches the site under test."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    """The system's Chromium, which resolves no name but this machine's."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        (pytest.fail if CI else pytest.skip)(NO_CHROMIUM)
    arguments = [
        "--no-sandbox",  # which Chromium refuses to use as root
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in the tests' thread, where Django would refuse queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield {**browser_type_launch_args, "executable_path": chromium, "args": arguments}
