"""`manage.py rank`: brings novelty, AI scores and percentiles up to date."""

from dataclasses import asdict
from functools import partial
from time import perf_counter
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from papers.choosing import topics_in
from papers.console import Command as OurCommand
from papers.console import add_dry_run, add_json, rolled_back, tell, tracked, typed
from papers.scores import RankReport, rank


class Command(OurCommand):
    """Says what it did. Another time on the same day, with nothing new, it changes nothing."""

    help = (
        "Bring novelty, AI scores and percentiles of papers and authors up to date. Papers that "
        "were compared before are not compared again: once a day is quick."
    )
    examples = {
        "rank": "all papers, once a day",
        "rank --topics cs.CV,stat": "one topic and one whole archive",
        "rank --all": "every paper anew, after the weights of the AI score were changed",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--topics",
            type=typed(topics_in),
            metavar="TOPIC,…",
            help="only papers of these topics or whole archives: cs.CV,stat (default: all)",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            dest="anew",
            help="compare every paper with earlier ones again, not only new and changed papers",
        )
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        as_json = options["as_json"]
        each = partial(tracked, what="ranking topics", errors=self.stderr, quiet=as_json)
        started = perf_counter()
        with rolled_back(when=options["dry_run"]):
            report = rank(
                timezone.now(), topics=options["topics"], anew=options["anew"], progress=each
            )
        seconds = round(perf_counter() - started, 1)
        if as_json:
            tell(self.stdout, {**asdict(report), "seconds": seconds}, as_json=True)
        else:
            dry_run = "dry run, nothing was changed; " if options["dry_run"] else ""
            self.stdout.write(dry_run + _told(report, seconds))


def _told(report: RankReport, seconds: float) -> str:
    if not (report.changed or report.compared or report.authors):
        return f"nothing to do: {report.unchanged} papers are up to date, in {seconds} seconds"
    return (
        f"papers: compared with earlier ones {report.compared}, "
        f"changed {report.changed}, unchanged {report.unchanged}; "
        f"authors: changed {report.authors}; in {seconds} seconds"
    )
