"""`manage.py rank`: brings novelty, AI scores and percentiles up to date."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from papers.models import Topic
from papers.scores import RankReport, rank

EXIT_CODES = "Exit code: 0 when all is up to date; 1 when a topic is not known."


class Command(BaseCommand):
    """Says what it did. Another time on the same day, with nothing new, it changes nothing."""

    help = f"Bring the scores of papers and authors up to date. {EXIT_CODES}"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--topics",
            metavar="TOPIC,…",
            help="only papers of these topics or whole archives: cs.CV,stat (default: all)",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            dest="anew",
            help="compare every paper with earlier ones again, not only new and changed papers",
        )
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        topics = _topics(options["topics"]) if options["topics"] is not None else None
        started = perf_counter()
        report = rank(timezone.now(), topics=topics, anew=options["anew"], progress=_progress)
        seconds = round(perf_counter() - started, 1)
        if options["as_json"]:
            self.stdout.write(json.dumps({**asdict(report), "seconds": seconds}))
        else:
            self.stdout.write(_told(report, seconds))


def _topics(text: str) -> list[Topic]:
    topics = {topic.code: topic for topic in Topic.objects.all()}
    chosen: dict[str, Topic] = {}
    for asked in filter(None, map(str.strip, text.split(","))):
        codes = [code for code in topics if asked in {code, code.partition(".")[0]}]
        if not codes:
            raise CommandError(
                f"--topics: '{asked}' is not known; expected topics such as cs.CV or whole "
                "archives such as stat, separated by commas."
            )
        chosen |= {code: topics[code] for code in codes}
    if not chosen:
        raise CommandError("--topics names no topic; expected such as cs.CV,stat, or leave it out.")
    return list(chosen.values())


def _progress(topics: Sequence[Topic]) -> Iterable[Topic]:
    screen = Console(stderr=True)
    return track(topics, "ranking", console=screen, transient=True, disable=not screen.is_terminal)


def _told(report: RankReport, seconds: float) -> str:
    if not (report.changed or report.compared or report.authors):
        return f"nothing to do: {report.unchanged} papers are up to date, in {seconds} seconds"
    return (
        f"papers: compared with earlier ones {report.compared}, "
        f"changed {report.changed}, unchanged {report.unchanged}; "
        f"authors: changed {report.authors}; in {seconds} seconds"
    )
