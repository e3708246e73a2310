"""What can be typed for each source: an option that it has no use for does not exist for it."""

import argparse
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from papers.choosing import chosen_topics
from papers.console import Exit, add_dry_run, add_json, teach, typed
from papers.sources import Wanted
from papers.sources.registry import FILE_SOURCES, SOURCES, Source

LISTING = "listing"
LISTING_SUMMARY = "pages saved from a browser as text"
STANDARD_INPUT = "/dev/stdin"
FIRST_DAY = date(1991, 1, 1)  # of arXiv's first year: no source has an older day
MOST_PAPERS = 1_000_000

ABOUT = (
    "Load papers from a source. What is there already is brought up to date, and loading the same "
    "again changes nothing. The schedule does it by itself: by hand it is for a first filling, for "
    "files of your own, and for finding out what a source answers."
)
EXIT_CODES = {
    Exit.DONE: "everything was read",
    Exit.TROUBLE: "there were problems; all the rest is loaded",
    Exit.REFUSED: "the source failed, and what came before is loaded; or a setting was refused",
    Exit.INTERRUPTED: "interrupted (Ctrl-C), and what came before is loaded",
}
EXAMPLES = {
    "ingest arxiv-api --topics cs.CV,cs.LG --since 2026-07-29": "new papers of two topics",
    "ingest arxiv-api --ids 2401.01234 hep-ex/0307015": "these papers alone",
    "ingest listing page.txt": "a page saved from a browser as text",
    "ingest jsonl papers.jsonl --dry-run": "what a file would bring, without loading it",
}

Sources = Any  # argparse's own type of add_subparsers() is private


def add_sources(sources: Sources) -> None:
    listing = _add(sources, LISTING, LISTING_SUMMARY)
    _add_files(listing)
    listing.add_argument(
        "--as-of",
        type=day,
        metavar="DATE",
        help="the day the pages were saved, such as 2026-07-31: dates without a year are the "
        "latest up to it (default: today, UTC)",
    )
    for file_source in FILE_SOURCES.values():
        _add_files(_add(sources, file_source.name, file_source.summary))
    for source in SOURCES.values():
        _add_wanted(_add(sources, source.name, source.summary), source)


def _add(sources: Sources, name: str, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = sources.add_parser(name, help=summary)
    examples = {line: what for line, what in EXAMPLES.items() if line.split()[1] == name}
    teach(parser, f"Load papers: {summary}.", examples, EXIT_CODES)
    add_dry_run(parser)
    add_json(parser)
    return parser


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", type=_file, help="a file; - is standard input"
    )


def _add_wanted(parser: argparse.ArgumentParser, source: Source) -> None:
    for name in sorted(source.options):
        also: dict[str, Any] = {"type": _ids_of(source)} if name == "ids" else {}
        parser.add_argument(f"--{name}", **_WANTED[name], **also)
    parser.set_defaults(check=parser.error)


def wanted_of(options: dict[str, Any]) -> Wanted:
    """What was typed, with INGEST_TOPICS where no topics were; refuses what excludes itself."""
    topics, ids = _flat(options.get("topics")), _flat(options.get("ids"))
    since, until = options.get("since"), options.get("until")
    refuse: Callable[[str], object] = options["check"]
    for name, given in (("topics", topics), ("ids", ids)):
        if options.get(name) and not given:  # an empty variable of a shell must not ask for all
            refuse(f"--{name} names none: expected at least one, or leave it out.")
    if ids and (topics or since or until):
        refuse("--ids names papers by themselves: leave out topics and days.")
    if since and until and since > until:
        refuse(f"--since {since} is after --until {until}: expected an earlier day.")
    if not (topics or ids):
        topics = _default_topics(options, refuse)
    return Wanted(topics, since, until, ids, options.get("limit"))


def _default_topics(options: dict[str, Any], refuse: Callable[[str], object]) -> tuple[str, ...]:
    if "topics" not in options:
        return ()
    try:
        return chosen_topics(settings.INGEST_TOPICS)
    except ValueError as error:
        refuse(f"the setting INGEST_TOPICS is wrong: {error}")
        raise


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a date; expected one such as 2026-07-31."
        ) from None
    tomorrow = timezone.now().date() + timedelta(days=1)  # in UTC: somewhere it is that day
    if FIRST_DAY <= found <= tomorrow:
        return found
    raise argparse.ArgumentTypeError(
        f"{found} is no day that papers are known of; expected one from {FIRST_DAY} to {tomorrow}."
    )


def _topics(text: str) -> tuple[str, ...]:
    return chosen_topics(filter(None, map(str.strip, text.split(","))))


def _ids_of(source: Source) -> Callable[[str], tuple[str, ...]]:
    return typed(
        lambda text: tuple(source.read_id(part) for part in text.split(",") if part.strip())
    )


def _limit(text: str) -> int:
    if re.fullmatch("[0-9]{1,7}", text) and 1 <= int(text) <= MOST_PAPERS:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"'{text}' is not a number of papers; expected 1 to {MOST_PAPERS}."
    )


def _file(text: str) -> str:
    return STANDARD_INPUT if text == "-" else text


def _flat(groups: list[tuple[str, ...]] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for group in groups or [] for each in group))


_WANTED: dict[str, dict[str, Any]] = {
    "topics": {
        "nargs": "+",
        "type": typed(_topics),
        "metavar": "TOPIC",
        "help": "codes or whole archives, such as cs.CV,cs.LG stat (default: INGEST_TOPICS)",
    },
    "since": {"type": day, "metavar": "DATE", "help": "from this day on"},
    "until": {"type": day, "metavar": "DATE", "help": "up to this day, which is included"},
    "ids": {
        "nargs": "+",
        "metavar": "ID",
        "help": "these papers alone: arXiv ids, with or without version, or links to arXiv",
    },
    "limit": {"type": _limit, "metavar": "N", "help": "at most so many papers"},
}
