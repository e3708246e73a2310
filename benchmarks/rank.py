"""How long `manage.py rank` takes, and how much memory: all papers, a day's news, nothing new.

    python -m benchmarks.rank --papers 100000

Titles and abstracts are drawn from words as frequent as those of a language (Zipf), partly from
words of their own topic; topics are as skewed as arXiv's, the largest has a tenth of all papers.
"""

import argparse
import json
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
os.environ.setdefault("DEMO", "true")
django.setup()

from django.db import connection  # noqa: E402  # needs the set-up above
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from papers.models import Author, Authorship, Paper, Topic  # noqa: E402
from papers.naming import name_key, title_key  # noqa: E402
from papers.scores import rank  # noqa: E402
from papers.trending import UNNOTICED  # noqa: E402

WORDS = 60_000
WORDS_OF_A_TOPIC = 2_000
WORDS_OF_AN_ABSTRACT = 150
DAYS = 500
NEWS = 500
WITH_CODE, NOTICED = 0.3, 0.2  # shares of all papers
CHUNK = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":  # by default a test database lives in the memory measured
            connection.settings_dict["TEST"]["NAME"] = f"{folder}/rank.sqlite3"
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            figures = measure(options.papers)
        finally:
            teardown_databases(databases, verbosity=0)
    print(json.dumps(figures) if options.json else as_table(figures))


def measure(papers: int) -> dict[str, object]:
    """Seconds of each run with what it did, and the peak of memory after it, in megabytes."""
    now = datetime.now(UTC)
    random = Random(3)  # noqa: S311  # the same papers every time
    add_authors(papers * 3 // 2, random)
    add_papers(papers, now, random)
    figures: dict[str, object] = {
        "database": connection.vendor,
        "python": sys.version.split()[0],
        "papers": papers,
        "memory before": peak_memory(),
    }
    for name, news in (("all", 0), ("nothing new", 0), (f"{NEWS} new", NEWS)):
        add_papers(news, now, random, days=1)
        started, started_cpu = perf_counter(), process_time()
        report = rank(now)
        figures[name] = {
            "seconds": round(perf_counter() - started, 1),
            "of a processor": round(process_time() - started_cpu, 1),  # whatever else runs
            "megabytes": peak_memory(),
            **asdict(report),
        }
    return figures


def add_authors(count: int, random: Random) -> None:
    authors = (
        Author(
            name=f"Author {number}",
            name_key=name_key(f"Author {number}"),
            h_index=int(random.paretovariate(1)) if number % 3 else None,
        )
        for number in range(count)
    )
    while chunk := list(islice(authors, CHUNK)):
        Author.objects.bulk_create(chunk)


def add_papers(count: int, now: datetime, random: Random, days: int = DAYS) -> None:
    authors = list(Author.objects.values_list("pk", flat=True))
    papers = new_papers(count, now, random, days)
    while chunk := list(islice(papers, CHUNK)):
        stored = Paper.objects.bulk_create(chunk)
        Authorship.objects.bulk_create(
            Authorship(paper=paper, author_id=author, position=position)
            for paper in stored
            for position, author in enumerate(random.sample(authors, 4))
        )


def new_papers(count: int, now: datetime, random: Random, days: int) -> Iterator[Paper]:
    topics = list(Topic.objects.values_list("pk", flat=True))
    shares = [1 / (place + 2) for place in range(len(topics))]
    for number, topic in enumerate(random.choices(topics, shares, k=count)):
        seen_at = now - timedelta(days=random.random() * days, minutes=1)
        title = f"{text(topic, 10, random)} {days} {number}"
        yield Paper(
            title=title,
            title_key=title_key(title),
            abstract=text(topic, WORDS_OF_AN_ABSTRACT, random),
            primary_topic_id=topic,
            first_seen_at=seen_at,
            published_on=seen_at.date(),
            has_code=random.random() < WITH_CODE,
            trending=random.random() * 50 if random.random() < NOTICED else UNNOTICED,
        )


def text(topic: int, length: int, random: Random) -> str:
    general = (f"word{zipf(WORDS, random):x}" for _ in range(length * 2 // 3))
    special = (f"term{topic}x{zipf(WORDS_OF_A_TOPIC, random):x}" for _ in range(length // 3))
    return " ".join([*general, *special])


def zipf(words: int, random: Random) -> int:
    """A rank from 1 up; each as probable as 1 / rank."""
    return int(words ** random.random())


def peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # kilobytes on Linux


def as_table(figures: dict[str, object]) -> str:
    return "\n".join(f"{name:<16}{figure}" for name, figure in figures.items())


if __name__ == "__main__":
    main()
