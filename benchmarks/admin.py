"""Every page of the admin, small and large: queries and milliseconds.

    python -m benchmarks.admin --rows 100000

The same pages are asked for with 1,000 papers and readers and with many, in one run, so that what
grows with the rows is seen. Each page's time is the best of three, in this one process.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
os.environ.setdefault("DEMO", "true")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
django.setup()

from django.contrib import admin  # noqa: E402  # needs the set-up above
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402

from benchmarks.collection import make_collection  # noqa: E402
from benchmarks.databases import own_database  # noqa: E402
from benchmarks.ledger import make_ledger  # noqa: E402

SMALL = 1_000
TIMES = 3
OK = 200
WORDS = {"Paper": "diffusion models", "Subscriber": "reader-000007@example.com"}
FILTERS = {
    "Paper": [
        "published_on__year=2026",
        "status__exact=visible",
        "o=-4",
        "look=no-summary",
        "edition=in",
    ],
    "Author": ["metrics=missing", "o=4"],
    "Digest": ["state__exact=sent", "state__exact=refused", "needs=hurry", "reason=empty", "p=200"],
    "Notice": ["state__exact=sent"],
    "ProviderEvent": ["state__exact=done", "kind__exact=complained", "p=200"],
    "Subscriber": ["state__exact=active", "state__exact=paused", "p=200"],
    "Suppression": ["reason__exact=bounced"],
}

Figures = dict[str, tuple[int, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000, help="papers, and readers")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    small, large = measured(SMALL), measured(options.rows)
    if options.json:
        print(json.dumps({name: [*small[name], *large[name]] for name in large}))
        return
    print(f"{connection.vendor:<44}{'queries':>10}{'':>8}{'ms':>10}")
    print(f"{'':<44}{SMALL:>10}{options.rows:>8}{SMALL:>10}{options.rows:>8}")
    for name in large:
        (few, quick), (many, slow) = small.get(name, (0, 0)), large[name]
        print(f"{name:<44}{few:>10}{many:>8}{quick:>10.0f}{slow:>8.0f}")


def measured(rows: int) -> Figures:
    """Queries and milliseconds of each page."""
    with TemporaryDirectory() as folder, own_database(Path(folder)):
        started, now = perf_counter(), datetime.now(UTC)
        make_collection(rows, 2 * rows, now)
        make_ledger(rows, now)
        print(f"{rows} rows made in {perf_counter() - started:.0f} s", file=sys.stderr)
        client = Client()
        client.force_login(User.objects.create_superuser("sam"))
        taken = {name: page(client, url) for name, url in pages()}
        return {name: figures for name, figures in taken.items() if figures}


def pages() -> Iterator[tuple[str, str]]:
    """The first page; of every model its list, its filters, its search; all further pages."""
    yield "index", reverse("admin:index")
    for model, its_admin in admin.site._registry.items():  # noqa: SLF001  # Django's own name
        listed = f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"  # noqa: SLF001  # as above
        yield f"{model.__name__}: list", reverse(listed)
        for query in FILTERS.get(model.__name__, ()):
            yield f"{model.__name__}: {query}", f"{reverse(listed)}?{query}"
        if its_admin.search_fields:
            words = WORDS.get(model.__name__, "model")
            yield f"{model.__name__}: search", f"{reverse(listed)}?q={words}"
        yield from _own_pages(model, its_admin)


def _own_pages(model: type[Model], its_admin: Any) -> Iterator[tuple[str, str]]:
    """Those without arguments, and those of the newest row."""
    newest = model._default_manager.order_by("pk").last()  # noqa: SLF001  # Django's own name
    for name in sorted({each.name for each in its_admin.get_urls() if each.name}):
        for known in ([], [newest.pk] if newest else []):
            with suppress(NoReverseMatch):
                if (url := reverse(f"admin:{name}", args=known)) and "changelist" not in name:
                    yield f"{model.__name__}: {name.removeprefix(_prefix(model))}", url


def _prefix(model: type[Model]) -> str:
    return model._meta.label_lower.replace(".", "_") + "_"  # noqa: SLF001  # Django's own name


def page(client: Client, url: str) -> tuple[int, float] | None:
    """None for what is no page to look at: those that only take a POST, or lead elsewhere."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
        queries = len(seen)
    if answer.status_code != OK:
        print(f"{url} answered {answer.status_code}", file=sys.stderr)
        return None
    times = []
    for _ in range(TIMES):
        started = perf_counter()
        client.get(url)
        times.append((perf_counter() - started) * 1000)
    return queries, min(times)


if __name__ == "__main__":
    main()
