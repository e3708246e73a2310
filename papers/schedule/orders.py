"""What is done by itself: the sources to ask, accepted proposals to fetch, scores to compute."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings

from papers.choosing import chosen_topics
from papers.ingest import ingest
from papers.models import ScheduledIngest
from papers.relevance import keeping
from papers.schedule.citing import citation_steps
from papers.schedule.tally import Step
from papers.sources import Fetched, SourceError, Wanted
from papers.sources.registry import SOURCES, Source
from papers.sources.rhythm import Rhythm, every, nightly
from papers.sources.web import Web
from papers.submissions import fetch_accepted

Clock = Callable[[], datetime]
Steps = Callable[[ScheduledIngest, Web, Clock], Iterator[Step]]

TOO_FEW = "too few papers to learn from"
LONGEST_LOOK_BACK = timedelta(days=60)  # after a longer pause, people decide how much to fetch


@dataclass(frozen=True, slots=True)
class Order:
    """`steps` does the work lazily, from the row's cursor on; `rhythm`: when it is due again."""

    name: str
    steps: Steps
    rhythm: Rhythm


def wanted(source: Source, row: ScheduledIngest, now: datetime) -> Wanted:
    """What the schedule asks of a source that was read up to the row's watermark."""
    topics = _topics() if "topics" in source.options else ()
    since = None
    if "since" in source.options and (day := _day(row.watermark)):
        since = max(day - source.look_back, now.date() - LONGEST_LOOK_BACK)
    return Wanted(topics=topics, since=since, cursor=row.cursor)


def _topics() -> tuple[str, ...]:
    try:
        return chosen_topics(settings.INGEST_TOPICS)
    except ValueError as error:
        raise SourceError(f"INGEST_TOPICS cannot be asked for: {error}") from error


def _day(watermark: str) -> date | None:
    try:
        return date.fromisoformat(watermark[:10])
    except ValueError:
        return None


def _step_of(fetched: Fetched, source: str, now: datetime) -> Step:
    """One page stored. With nothing but a problem of the whole (at its first line) it is a gap."""
    return Step(
        ingest(fetched, source=source, now=now, file=source),
        fetched.cursor,
        fetched.watermark,
        fetched.note,
        whole=bool(fetched.papers) or all(problem.line > 1 for problem in fetched.problems),
    )


def _asking(source: Source) -> Steps:
    def steps(row: ScheduledIngest, web: Web, clock: Clock) -> Iterator[Step]:
        now = clock()
        for fetched in source.fetch(wanted(source, row, now), web, now):
            yield _step_of(fetched, source.name, clock())

    return steps


def _citations(row: ScheduledIngest, web: Web, clock: Clock) -> Iterator[Step]:
    return citation_steps(row.cursor, web, clock)


def _submissions(_: ScheduledIngest, web: Web, clock: Clock) -> Iterator[Step]:
    yield Step(fetch_accepted(web, clock()))


def _scores(_: ScheduledIngest, __: Web, clock: Clock) -> Iterator[Step]:
    from papers.scores import rank  # noqa: PLC0415  # scikit-learn takes long to load

    report = rank(clock())
    yield Step(note=f"scores changed: {report.changed} papers, {report.authors} authors")


def _relevance(_: ScheduledIngest, __: Web, clock: Clock) -> Iterator[Step]:
    from papers.relevance.embedding import Unusable  # noqa: PLC0415  # as above

    if not keeping.is_due(clock()):
        yield Step(note="nothing to learn: the newest relevance model is not old")
        return
    try:
        fitted = keeping.refit(clock())
    except Unusable as error:
        raise SourceError(f"{error}") from error
    told = f"relevance model {fitted.pk}: {fitted.terms} terms" if fitted else TOO_FEW
    yield Step(note=told)


_SPECIAL: dict[str, Steps] = {"semantic-scholar": _citations}
_ORDERS = [
    *(
        Order(
            source.name,
            _SPECIAL.get(source.name) or _asking(source),
            source.rhythm,
        )
        for source in SOURCES.values()
    ),
    Order("submissions", _submissions, every(timedelta(minutes=5))),
    # after both of arXiv's nightly news
    Order("rank", _scores, nightly(time(1, 30))),
    Order("relevance", _relevance, nightly(time(2, 0))),
]
ORDERS = {order.name: order for order in _ORDERS}
