"""The web process of an installation, asked over HTTP as browsers and providers ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.installation import Installation, wait_until
from tests.services import free_port

GUNICORN = ["--workers", "1", "--threads", "4", "--no-control-socket", "digest_project.wsgi"]


@contextmanager
def website(installation: Installation, log: Path) -> Iterator[httpx.Client]:
    """A client of the running site, which follows no redirect."""
    address = f"127.0.0.1:{free_port()}"
    command = ["-m", "gunicorn", "--bind", address, *GUNICORN]
    with (
        installation.running(*command, log=log),
        httpx.Client(base_url=f"http://{address}", timeout=30, trust_env=False) as client,
    ):
        wait_until(lambda: _answers(client), 300, log)
        yield client


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False
