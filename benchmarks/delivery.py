"""How fast one worker sends, with real digests, to a provider that takes its time.

    python -m benchmarks.delivery --readers 2000 --connections 64 --latency 0.1
    python -m benchmarks.delivery --readers 10000 --processes 2

Measured twice: composing each digest as it is sent, and with all of them composed before, which
leaves what the ledger, the connections and the provider cost. With `--processes`, once: a Celery
worker of so many processes sends all that is selected, with as many connections in all; it needs
the PostgreSQL of DATABASE_URL and, at CELERY_BROKER_URL, a Redis of its own. The provider is a
process of its own on this machine, and takes its share of the processors.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep
from typing import Any
from urllib.parse import urlsplit

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
os.environ.setdefault("DEMO", "true")
django.setup()

from django.conf import settings  # noqa: E402  # needs the set-up above
from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from papers import editions  # noqa: E402
from seeds.load import load_papers  # noqa: E402
from seeds.subscribers import add_subscribers  # noqa: E402
from subscriptions.digests import composition, delivery, pipeline  # noqa: E402
from subscriptions.emails.digest import as_mail  # noqa: E402
from subscriptions.models import Digest  # noqa: E402
from subscriptions.models.states import OPEN  # noqa: E402
from tests.installation import Installation  # noqa: E402
from tests.provider import Provider, provider_stub  # noqa: E402
from tests.smtp import Sink  # noqa: E402

Figures = dict[str, float | str]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that a call takes")
    parser.add_argument("--processes", type=int, default=0, help="of a Celery worker")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with provider_stub(latency=options.latency) as provider:
            figures = measure(provider, options)
    finally:
        teardown_databases(databases, verbosity=0)
    print(json.dumps(figures) if options.json else as_table(figures))


def measure(provider: Provider, options: argparse.Namespace) -> Figures:
    """Mails a second, and the processor's time for one of them in this process."""
    selected(options.readers)
    figures: Figures = {
        "database": connection.vendor,
        "readers": options.readers,
        "connections": options.connections,
        "latency": options.latency,
        "possible": round(options.connections / options.latency if options.latency else 0),
    }
    if options.processes:
        return figures | by_a_worker(provider, options)
    variables = provider.variables("postmark")
    settings.EMAIL_BACKEND = variables.pop("EMAIL_BACKEND")
    settings.ANYMAIL |= {name.removeprefix("ANYMAIL_"): value for name, value in variables.items()}
    settings.EMAIL_CONNECTIONS = options.connections
    settings.DIGEST_LEASE_SECONDS = 3600  # the whole run is one claim
    for name, before in (("composing", False), ("composed before", True)):
        Digest.objects.update(state="ready", owner="", lease_until=None, sent_at=None)
        provider.forget()
        figures |= sending(name, beforehand=before)
        figures[f"{name}: connections"] = provider.most_at_once
        assert provider.count == options.readers
    return figures


def selected(readers: int) -> None:
    """Everybody's digest, ready to be sent."""
    now = datetime.now(UTC)
    load_papers(now)
    editions.frozen_edition(now)
    add_subscribers(readers, now, due=True)
    while pipeline.open_chunk(now):
        pass
    while pipeline.select_chunk(Digest.objects.all(), now):
        pass


def sending(name: str, *, beforehand: bool) -> Figures:
    now = datetime.now(UTC)
    claimed = Digest.objects.claim("benchmark", now, Digest.objects.count())
    content = composition.composer(claimed, now)
    compose: Callable[[Any], Any] = lambda digest: as_mail(content(digest)).as_email()  # noqa: E731
    if beforehand:
        made = {digest.pk: compose(digest) for digest in claimed}
        compose = lambda digest: made[digest.pk]  # noqa: E731
    began, used = perf_counter(), process_time()
    ended = delivery.deliver(claimed, compose, lambda: datetime.now(UTC))
    seconds, spent = perf_counter() - began, process_time() - used
    assert ended["sent"] == len(claimed), ended
    return {
        f"{name}: mails a second": round(len(claimed) / seconds, 1),
        f"{name}: ms of processor a mail": round(1000 * spent / len(claimed), 2),
    }


def by_a_worker(provider: Provider, options: argparse.Namespace) -> Figures:
    """From the first call of the provider to the last one."""
    installation = Installation(environment_of_a_worker(provider, options), Sink())
    command = ["-m", "celery", "-A", "digest_project", "worker", "--concurrency"]
    celery = Celery(broker=os.environ["CELERY_BROKER_URL"])
    with TemporaryDirectory() as folder:
        log = Path(folder) / "worker.log"
        with installation.running(*command, str(options.processes), log=log) as process:
            while process.poll() is None and Digest.objects.filter(OPEN).exists():
                for _ in range(options.processes):
                    celery.send_task("subscriptions.tasks.send_digests", expires=5)
                sleep(5)
        told = log.read_text()
    calls = provider.calls
    if len(calls) < options.readers:
        sys.exit(f"Of {options.readers} mails {len(calls)} were sent.\n{told[-2000:]}")
    return {
        "processes": options.processes,
        "worker: mails": len(calls),
        "worker: mails a second": round(len(calls) / (calls[-1] - calls[0]), 1),
        "worker: connections": provider.most_at_once,
    }


def environment_of_a_worker(provider: Provider, options: argparse.Namespace) -> dict[str, str]:
    """Ours, with this run's database and provider, and its process's share of the connections."""
    database = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return {
        **os.environ,
        **provider.variables("postmark"),
        "DATABASE_URL": database._replace(path=f"/{name}").geturl(),
        "EMAIL_CONNECTIONS": str(max(1, options.connections // options.processes)),
    }


def as_table(figures: Figures) -> str:
    return "\n".join(f"{name:<36}{figure}" for name, figure in figures.items())


if __name__ == "__main__":
    main()
