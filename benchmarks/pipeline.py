"""The digest pipeline, stage by stage, against the loop that people write by hand.

    python -m benchmarks.pipeline --readers 1000

Both send the same papers to the same readers, through Django's dummy backend: what differs is
how digests are opened, selected, composed and kept. The loop keeps no ledger at all.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
os.environ.setdefault("DEMO", "true")
os.environ["EMAIL_BACKEND"] = "django.core.mail.backends.dummy.EmailBackend"
django.setup()

from django.conf import settings  # noqa: E402  # needs the set-up above
from django.core.mail import send_mail  # noqa: E402
from django.db import connection  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from papers import cards, editions  # noqa: E402
from papers.models import Paper  # noqa: E402
from seeds.load import load_papers  # noqa: E402
from seeds.subscribers import add_subscribers  # noqa: E402
from subscriptions.digests import pipeline  # noqa: E402
from subscriptions.emails.rendering import BASE  # noqa: E402
from subscriptions.models import Digest, Subscriber  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readers", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        figures = measure(options.readers)
    finally:
        teardown_databases(databases, verbosity=0)
    print(json.dumps(figures) if options.json else as_table(figures))


def measure(readers: int) -> dict[str, float | str]:
    """Digests a second of each stage, of the whole, and of the loop; and how they compare."""
    now = datetime.now(UTC)
    load_papers(now)
    editions.frozen_edition(now)
    add_subscribers(readers, now, due=True)
    everything = Digest.objects.all()
    seconds = {
        "open": seconds_of(lambda: repeat(lambda: pipeline.open_chunk(now))),
        "select": seconds_of(lambda: repeat(lambda: pipeline.select_chunk(everything, now))),
        "compose and deliver": seconds_of(
            lambda: repeat(lambda: pipeline.deliver_chunk(everything, lambda: now).total())
        ),
    }
    whole = readers / sum(seconds.values())
    loop = readers / seconds_of(lambda: plain_loop(now))
    return {
        "database": connection.vendor,
        "python": sys.version.split()[0],
        "readers": readers,
        **{stage: round(readers / spent, 1) for stage, spent in seconds.items()},
        "whole": round(whole, 1),
        "plain loop": round(loop, 1),
        "ratio": round(whole / loop, 2),
    }


def plain_loop(now: datetime) -> None:
    """For each reader: query the papers, render the same cards, send."""
    for reader in Subscriber.objects.active():
        topics = list(reader.topics.all())
        fitting = Paper.objects.visible().filter(primary_topic__in=topics).by_trending()
        papers = fitting.with_card_facts()[: reader.paper_count]
        shown = cards.cards(papers, now).values()
        html = "".join(
            render_to_string(
                "emails/parts/card.html", BASE | {"card": card, "top": False, "item": ""}
            )
            for card in shown
        )
        text = "\n\n".join(f"{card.title}\n{card.teaser}" for card in shown)
        send_mail("Papers", text, settings.DEFAULT_FROM_EMAIL, [reader.email], html_message=html)


def repeat(step: Callable[[], int]) -> None:
    while step():
        pass


def seconds_of(work: Callable[[], None]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def as_table(figures: dict[str, float | str]) -> str:
    return "\n".join(f"{name:<22}{figure}" for name, figure in figures.items())


if __name__ == "__main__":
    main()
