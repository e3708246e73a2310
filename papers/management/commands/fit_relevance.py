"""`manage.py fit_relevance`: learns from all papers which words are rare and what texts mean."""

from time import perf_counter
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from papers.console import Command as OurCommand
from papers.console import Exit, add_dry_run, add_json, rolled_back, tell
from papers.models import RelevanceModel
from papers.relevance import keeping


class Command(OurCommand):
    """The schedule does the same at night, when it is due."""

    help = (
        "Learn from all papers which words are rare, which make a phrase and which mean nearly the "
        "same, for the personal ranking. Digests chosen from then on use it; the model before is "
        "used until it is there, and kept to explain older digests."
    )
    examples = {
        "fit_relevance": "now, whatever the last one's age",
        "fit_relevance --if-due": "as the schedule does: a week after the last one",
    }
    exit_codes = {
        Exit.TROUBLE: "too few papers (but with --if-due), or RELEVANCE_EMBEDDING cannot be used"
    }

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-due",
            action="store_true",
            help="only where the newest model is old, or there is none",
        )
        add_dry_run(parser)
        add_json(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        from papers.relevance.embedding import Unusable  # noqa: PLC0415  # scikit-learn loads slowly

        now, started = timezone.now(), perf_counter()
        if options["if_due"] and not keeping.is_due(now):
            self._tell_nothing("the newest model is not a week old", options)
            return
        try:
            with rolled_back(when=options["dry_run"]):
                fitted = keeping.refit(now)
        except Unusable as error:
            raise CommandError(f"{error}") from error
        if fitted:
            self._tell(fitted, perf_counter() - started, options)
        elif options["if_due"]:
            self._tell_nothing("too few papers to learn from yet", options)
        else:
            raise CommandError(
                "There are too few papers to learn from: until there are 500 with words in common, "
                "each day's papers alone tell which words are rare. Nothing is missing for that."
            )

    def _tell_nothing(self, why: str, options: dict[str, Any]) -> None:
        if options["as_json"]:
            tell(self.stdout, {"fitted": False}, as_json=True)
        else:
            self.stdout.write(f"nothing to do: {why}")

    def _tell(self, fitted: RelevanceModel, seconds: float, options: dict[str, Any]) -> None:
        if options["as_json"]:
            tell(self.stdout, _facts(fitted, seconds), as_json=True)
        else:
            dry_run = "dry run, nothing was kept; " if options["dry_run"] else ""
            self.stdout.write(
                f"{dry_run}model {fitted.pk}: {fitted.terms} words and phrases, learned from "
                f"{fitted.papers} papers in {seconds:.1f} seconds"
            )


def _facts(fitted: RelevanceModel, seconds: float) -> dict[str, object]:
    return {
        "fitted": True,
        "version": fitted.pk,
        "papers": fitted.papers,
        "terms": fitted.terms,
        "bytes": len(fitted.packed),
        "seconds": round(seconds, 1),
    }
