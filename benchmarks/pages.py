"""Every public page under a steady load, with a large collection.

    python -m benchmarks.pages --papers 100000 --signals 1000000 --rate 20

A real server process answers requests that come at their set times, whether the ones before are
answered or not, so that waiting counts. Each page's times stand beside those of /healthz in the
same run.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import django
import httpx

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
os.environ.setdefault("DEMO", "true")
django.setup()

from django.db import connection, connections  # noqa: E402  # needs the set-up above

from benchmarks.collection import make_collection  # noqa: E402
from benchmarks.databases import own_database  # noqa: E402
from papers.models import Author, Paper  # noqa: E402

SEARCHES = ("model", "diffusion models", "attention language", "quantum", "a rare zebra")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--signals", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, own_database(Path(folder)) as database:
        started = perf_counter()
        make_collection(options.papers, options.signals, datetime.now(UTC))
        print(f"collection made in {perf_counter() - started:.0f} s", file=sys.stderr)
        pages = list(addresses())
        connections.close_all()
        with server(database) as site:
            warm_up(site, pages)
            answers = load(site, pages, options.rate, options.seconds)
    figures = {name: summary(times) for name, times in answers.items()}
    print(json.dumps(figures) if options.json else as_table(figures))


def addresses() -> Iterator[tuple[str, str]]:
    """(kind of page, path), each kind as often as any other."""
    papers = Paper.objects.by_trending()[:20]
    authors = Author.objects.order_by("pk")[:5]
    today = datetime.now(UTC).date()
    week = today.strftime("%G-W%V")
    for number, paper in enumerate(papers):
        yield "paper", paper.get_absolute_url()
        yield "author", authors[number % 5].get_absolute_url()
        yield "search", f"/search/?q={SEARCHES[number % 5].replace(' ', '+')}"
        yield "topic", ("/topics/cs.AI/", "/topics/cs.CV/?sort=new")[number % 2]
        yield "front", "/"
        yield "edition", f"/d/{today}/"
        yield "archive", ("/archive/", f"/archive/{today:%Y-%m}/", f"/archive/{week}/")[number % 3]
        yield "topics", "/topics/"
        yield "feed", ("/feeds/all.atom", "/feeds/topics/cs.AI.json")[number % 2]
        yield "healthz", "/healthz"


@contextmanager
def server(database: str) -> Iterator[str]:
    """Gunicorn as the container runs it, on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "digest_project.wsgi", "--workers", "2"]
    command += ["--threads", "4", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database})
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def warm_up(site: str, pages: list[tuple[str, str]]) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{site}/healthz")
            break
        except httpx.TransportError:
            sleep(0.1)
    for path in dict(pages).values():
        httpx.get(site + path, timeout=60)


def load(
    site: str, pages: list[tuple[str, str]], rate: float, seconds: float
) -> dict[str, list[float]]:
    """Milliseconds from the moment a request was due to its last byte, by kind of page."""
    times: dict[str, list[float]] = defaultdict(list)
    started = perf_counter()

    def ask(number: int, client: httpx.Client) -> None:
        kind, path = pages[number % len(pages)]
        due = started + number / rate
        sleep(max(0, due - perf_counter()))
        answer = client.get(site + path)
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        times[kind].append((perf_counter() - due) * 1000)

    # shorter than the server keeps an idle connection, which would be closed under our feet
    limits = httpx.Limits(keepalive_expiry=1)
    with httpx.Client(timeout=60, limits=limits) as client, ThreadPoolExecutor(64) as pool:
        for _ in pool.map(lambda number: ask(number, client), range(int(rate * seconds))):
            pass
    return times


def summary(times: list[float]) -> dict[str, float]:
    cuts = quantiles(times, n=20)
    return {
        "requests": len(times),
        "p50": round(cuts[9], 1),
        "p95": round(cuts[18], 1),
        "max": round(max(times), 1),
    }


def as_table(figures: dict[str, dict[str, float]]) -> str:
    rows = [f"{connection.vendor:<10}{'requests':>10}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}"]
    rows += [
        f"{name:<10}" + "".join(f"{figure:>10}" for figure in facts.values())
        for name, facts in figures.items()
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
