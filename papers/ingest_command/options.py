"""What can be typed for each source: an option that it has no use for does not exist for it."""

import argparse
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from papers.choosing import chosen_topics
from papers.sources import Wanted
from papers.sources.registry import FILE_SOURCES, SOURCES, Source

LISTING = "listing"
LISTING_SUMMARY = "pages saved from a browser as text"
STANDARD_INPUT = "/dev/stdin"
FIRST_DAY = date(1991, 1, 1)  # of arXiv's first year: no source has an older day
MOST_PAPERS = 1_000_000

EXIT_CODES = (
    "Exit code: 0 when everything was read; 1 when there were problems, and all the rest is "
    "loaded; 2 when the command line was wrong; 3 when the source failed, and what came before "
    "is loaded; 130 when interrupted, likewise."
)

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
    parser: argparse.ArgumentParser = sources.add_parser(
        name, help=summary, description=f"Load papers: {summary}. {EXIT_CODES}"
    )
    parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would be")
    parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")
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
    try:
        return chosen_topics(filter(None, map(str.strip, text.split(","))))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _ids_of(source: Source) -> Callable[[str], tuple[str, ...]]:
    def ids(text: str) -> tuple[str, ...]:
        try:
            return tuple(source.read_id(part) for part in text.split(",") if part.strip())
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return ids


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
        "type": _topics,
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
