"""The demonstration's papers, dated so that today's edition is full and has some before it.

A paper is the demonstration's own when it has signals of it. Those get new dates and signals on
every later day; all else about them is written once, and then belongs to the editors. Papers
that came from elsewhere are left as they are, even where the demonstration has them too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from papers import search
from papers.editions import refresh
from papers.ingest import ingest
from papers.ingest.matching import match
from papers.models import Author, Edition, Paper, Signal
from papers.naming import name_key
from papers.signals import restate
from papers.sources import Fetched
from papers.topics import load_taxonomy
from seeds.facts import SeedPaper, seed_authors, seed_papers
from seeds.figures import invent_figures
from seeds.past import build_past_editions
from seeds.recency import DAY, ages, start_of_day

SOURCE = "demonstration"
METRICS_OF = date(2026, 7, 31)  # when the pages behind seeds/data were saved


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many papers the demonstration has here, how many of them are new, and the edition.

    `past` is how many editions of the days before are new.
    """

    papers: int
    created: int
    edition: Edition
    past: int


@dataclass(frozen=True, slots=True)
class Dated:
    """One of the demonstration's papers, its row, and when it came in as far as readers see."""

    seed: SeedPaper
    paper: Paper
    first_seen_at: datetime


def load_papers(now: datetime) -> Loaded:
    """Load or re-date the demonstration and build the editions. Once more changes nothing."""
    with transaction.atomic():
        load_taxonomy()
        seeds = seed_papers()
        created = _create_missing(seeds, now)
        own = _own_papers(seeds, created, start_of_day(now))
        _redate(own, now)
        _replace_signals(own, now)
        _load_authors(now)
    edition = refresh(now)
    past = build_past_editions([each.first_seen_at for each in own], now)
    invent_figures(now.date())
    return Loaded(len(own), len(created), edition, past)


def _create_missing(seeds: Sequence[SeedPaper], now: datetime) -> set[int]:
    """Ingest what has no row yet; returns the new rows' numbers."""
    found = _rows(seeds)
    missing = [seed for seed, row in zip(seeds, found, strict=True) if row is None]
    ingest(Fetched(tuple(seed.paper for seed in missing)), source=SOURCE, now=now)
    created = []
    for seed, row in zip(missing, _rows(missing), strict=True):
        if row:
            row.summary = seed.summary
            created.append(row)
    Paper.objects.bulk_update(created, ["summary"])
    search.index(row.pk for row in created)
    return {row.pk for row in created}


def _rows(seeds: Sequence[SeedPaper]) -> list[Paper | None]:
    """Each one's row, known by its title or, where an editor changed that, by its summary."""
    summaries = Paper.objects.filter(summary__in=[seed.summary for seed in seeds])
    by_summary = {row.summary: row for row in summaries}
    by_title = match([seed.paper for seed in seeds])
    return [row or by_summary.get(seed.summary) for seed, row in zip(seeds, by_title, strict=True)]


def _own_papers(seeds: Sequence[SeedPaper], created: set[int], today: datetime) -> list[Dated]:
    own = created.union(Signal.objects.filter(source=SOURCE).values_list("paper_id", flat=True))
    return [
        Dated(seed, row, today - age)
        for seed, row, age in zip(seeds, _rows(seeds), ages(), strict=False)
        if row and row.pk in own
    ]


def _redate(own: Sequence[Dated], now: datetime) -> None:
    moved = [each for each in own if each.paper.first_seen_at != each.first_seen_at]
    for each in moved:
        each.paper.first_seen_at = each.first_seen_at
        each.paper.published_on = each.first_seen_at.date()
        each.paper.updated_at = now
    fields = ["first_seen_at", "published_on", "updated_at"]
    Paper.objects.bulk_update([each.paper for each in moved], fields)


def _replace_signals(own: Sequence[Dated], now: datetime) -> None:
    for each in own:
        counts = _votes(each, start_of_day(now))
        restate(each.paper.pk, SOURCE, Signal.Kind.VOTES, counts, now)


def _votes(dated: Dated, today: datetime) -> dict[datetime, int]:
    """What was counted before the paper came in, so it seems, counts from then."""
    return {
        max(today - days_ago * DAY, dated.first_seen_at): count
        for days_ago, count in dated.seed.votes
    }


def _load_authors(now: datetime) -> None:
    """Metrics of authors for whom nothing newer, or an editor's own, stands here."""
    for author in seed_authors():
        known = Author.objects.filter(name_key=name_key(author.name))
        if not known.exclude(metrics_read_on=None).exists():
            ingest(Fetched((), profiles=(author,)), source=SOURCE, now=now, as_of=METRICS_OF)
