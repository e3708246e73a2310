"""The front page as a phone sees it, by the browser's own clock.

    python -m benchmarks.landing

The demonstration is served by gunicorn on this machine. Chromium opens its front page a few times,
each time as a new visitor, with Lighthouse's setting for phones: four times slower than this
machine, 1.6 Mbit/s, and 150 ms there and back. A browser delays whole requests, not the packets
that open a connection; "applied" is how Lighthouse makes up for that when it slows a real browser.
"""

import argparse
import gzip
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
os.environ.setdefault("DEMO", "true")
django.setup()

from django.core.management import call_command  # noqa: E402  # needs the set-up above
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from playwright.sync_api import Browser, Page, Response, sync_playwright  # noqa: E402

from benchmarks.databases import own_database  # noqa: E402
from benchmarks.pages import server, warm_up  # noqa: E402

PAGE = "/"
SLOWER = 4
PHONE = {"width": 412, "height": 823}
# name: milliseconds of each request, kbit/s
NETWORKS = {"150 ms": (150, 1638.4), "applied": (562.5, 1474.56)}
LARGEST_PAINT = """() => new Promise((done) => new PerformanceObserver((list) =>
    done(list.getEntries().at(-1).startTime)
  ).observe({ type: "largest-contentful-paint", buffered: true }))"""
FIRST_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
    const [paint] = list.getEntriesByName("first-contentful-paint")
    if (paint) done(paint.startTime)
  }).observe({ type: "paint", buffered: true }))"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visitor's browser told; times in milliseconds."""

    requests: int
    plain_bytes: int
    gzip_bytes: int
    first_paint: float
    largest_paint: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--visits", type=int, default=5, choices=range(1, 51), metavar="1-50")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, own_database(Path(folder)) as database:
        call_command("seed", stdout=sys.stderr)
        queries = count_queries()
        connections.close_all()
        with server(database) as site, chromium() as browser:
            warm_up(site, [("front", PAGE)])
            visits = {
                name: [visit(browser, site, *network) for _ in range(options.visits)]
                for name, network in NETWORKS.items()
            }
    figures = {name: summary(made) | {"queries": queries} for name, made in visits.items()}
    print(json.dumps(figures) if options.json else as_table(figures))


def count_queries() -> int:
    with CaptureQueriesContext(connection) as captured:
        Client(headers={"host": "localhost"}).get(PAGE)
    return len(captured)


@contextmanager
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        sys.exit("Chromium is missing: install the package chromium.")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


def visit(browser: Browser, site: str, latency: float, kilobits: float) -> Visit:
    """One new visitor, with nothing in the browser's cache."""
    context = browser.new_context(viewport=PHONE, is_mobile=True)  # type: ignore[arg-type]  # a mapping
    page = context.new_page()
    _slow_down(page, latency, kilobits)
    responses: list[Response] = []

    def keep(response: Response) -> None:
        responses.append(response)

    page.on("response", keep)
    page.goto(site + PAGE, wait_until="load")
    bodies = [response.body() for response in responses]
    made = Visit(
        requests=len(responses),
        plain_bytes=sum(map(len, bodies)),
        gzip_bytes=sum(len(gzip.compress(body)) for body in bodies),
        first_paint=page.evaluate(FIRST_PAINT),
        largest_paint=page.evaluate(LARGEST_PAINT),
    )
    context.close()
    return made


def _slow_down(page: Page, latency: float, kilobits: float) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    devtools.send("Network.enable")
    rate = kilobits * 1000 / 8
    conditions = {"offline": False, "latency": latency}
    devtools.send(
        "Network.emulateNetworkConditions",
        conditions | {"downloadThroughput": rate, "uploadThroughput": rate / 2},
    )


def summary(visits: list[Visit]) -> dict[str, Any]:
    return {
        "requests": visits[0].requests,
        "plain KB": round(visits[0].plain_bytes / 1024, 1),
        "gzip KB": round(visits[0].gzip_bytes / 1024, 1),
        "FCP ms": round(median(each.first_paint for each in visits)),
        "LCP ms": round(median(each.largest_paint for each in visits)),
    }


def as_table(figures: dict[str, dict[str, Any]]) -> str:
    names = list(next(iter(figures.values())))
    rows = [f"{'network':<10}" + "".join(f"{name:>10}" for name in names)]
    rows += [
        f"{network:<10}" + "".join(f"{figure:>10}" for figure in facts.values())
        for network, facts in figures.items()
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
