"""The figures of the first page, in parts; each line only for who may see the list behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest

from subscriptions.admin.overview.facts import Facts
from subscriptions.admin.overview.link import Link, listed
from subscriptions.admin.overview.verdict import ago
from subscriptions.models.states import State

# The states of a digest as people on duty ask for them, in the order of their life.
STATES = (
    State.PENDING,
    State.READY,
    State.CLAIMED,
    State.SENDING,
    State.SENT,
    State.DELIVERED,
    State.BOUNCED,
    State.COMPLAINED,
    State.DEFERRED,
    State.REFUSED,
    State.UNKNOWN,
    State.UNRESOLVED,
    State.SKIPPED,
    State.FAILED,
)
BAD = {State.BOUNCED, State.COMPLAINED, State.REFUSED, State.UNKNOWN, State.UNRESOLVED}
BAD |= {State.FAILED}
REASONS = 3  # the most frequent ones


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the list behind it; `leads` is false where the list says no more of it."""

    name: str
    value: str
    link: Link
    alarm: bool = False
    leads: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as somebody sees it."""

    name: str
    value: str
    url: str
    alarm: bool


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    figures: list[Shown]


def parts(facts: Facts, request: HttpRequest) -> list[Part]:
    shown = [Part(name, list(_shown(figures(facts), request))) for name, figures in PARTS.items()]
    return [part for part in shown if part.figures]


def _shown(figures: Iterator[Figure], request: HttpRequest) -> Iterator[Shown]:
    for figure in figures:
        if url := figure.link.url_for(request):
            yield Shown(figure.name, figure.value, url if figure.leads else "", figure.alarm)


def _edition(facts: Facts) -> Iterator[Figure]:
    if edition := facts.edition:
        link = Link("papers.edition", edition.pk)
        frozen = edition.frozen_at
        yield Figure("Edition", f"{edition.date:%-d %B}", link)
        yield Figure("Papers", intcomma(facts.papers), link, alarm=not facts.papers)
        content = f"frozen {frozen:%H:%M} UTC" if frozen else "still open"
        yield Figure("Content", content, link)
    if coming := facts.next_edition:
        yield Figure("Next edition", f"{coming.date:%-d %B}", Link("papers.edition", coming.pk))
    yield Figure(
        "Proposals to decide",
        intcomma(facts.submissions),
        listed("papers.submission", state__exact="waiting"),
    )
    if facts.imports:
        yield Figure("Imports not finished", intcomma(facts.imports), listed("papers.paperimport"))


def _digests(facts: Facts) -> Iterator[Figure]:
    everything = listed("subscriptions.digest")
    yield Figure("Due so far", intcomma(facts.due), everything)
    yield Figure("Later today", intcomma(facts.to_come.count), everything)
    for state in STATES:
        if count := facts.count(state):
            edition = facts.edition.pk if facts.edition else None
            of_state = {"edition__id__exact": edition, "state__exact": state.value}
            link = listed("subscriptions.digest", **of_state)
            yield Figure(state.label.capitalize(), intcomma(count), link, alarm=state in BAD)
    yield Figure("Delivered", _delivered(facts), everything)
    if since := facts.waiting.since:
        yield Figure("Oldest waiting", ago(since, facts.now), everything)


def _delivered(facts: Facts) -> str:
    """Of those that the provider told of: without its events nobody knows."""
    arrived = facts.count(State.DELIVERED, State.COMPLAINED)
    told = arrived + facts.count(State.BOUNCED)
    return f"{arrived / facts.sent:.1%} of those sent" if told else "nothing told yet"


def _subscribers(facts: Facts) -> Iterator[Figure]:
    for state, count in facts.subscribers.items():
        link = listed("subscriptions.subscriber", state__exact=state)
        yield Figure(state.capitalize(), intcomma(count), link)
    today = f"{intcomma(facts.asked_today)}, of them {intcomma(facts.confirmed_today)} confirmed"
    yield Figure("Signed up today", today, listed("subscriptions.subscriber"))


def _machinery(facts: Facts) -> Iterator[Figure]:
    sending, notices = listed("subscriptions.sending"), listed("subscriptions.notice")
    tick = f"{ago(facts.last_tick, facts.now)} ago" if facts.last_tick else "never"
    last = f"{ago(facts.last_sent, facts.now)} ago" if facts.last_sent else "never"
    provider = settings.EMAIL_BACKEND.removesuffix(".EmailBackend").rpartition(".")[2]
    yield Figure("Last tick", tick, sending, leads=False)
    yield Figure("At work now", _workers(facts), sending, leads=False)
    yield Figure("Provider", provider, sending, leads=False)
    yield Figure("Last digest left", last, sending, leads=False)
    for trouble in facts.trouble[:REASONS]:
        says = f"{intcomma(trouble.count)} × {trouble.reason or 'no reason'}"
        link = listed("subscriptions.digest", state__exact=trouble.state)
        yield Figure(trouble.state.capitalize(), says, link, alarm=True)
    yield Figure("Waiting notices", intcomma(facts.notices.count), notices)
    events = listed("subscriptions.providerevent", state__exact="waiting")
    yield Figure("Waiting events", intcomma(facts.events.count), events)


def _workers(facts: Facts) -> str:
    """Each that sends or selects holds a lease; who idles leaves no trace."""
    return f"{facts.at_work} sending" if facts.at_work else "nobody at this moment"


def _sources(facts: Facts) -> Iterator[Figure]:
    if not settings.INGEST_SCHEDULED:
        off = "only by hand: INGEST_SCHEDULED is false"
        yield Figure("Asked", off, listed("papers.scheduledingest"))
    for row in facts.ingests:
        if row.enabled:
            link = Link("papers.scheduledingest", row.pk)
            read = row.last_success_at
            success = f"{ago(read, facts.now)} ago" if read else "not read yet"
            failed = f", failed {row.failures} times since" if row.failures else ""
            yield Figure(row.source, success + failed, link, alarm=bool(row.failures))


PARTS: dict[str, Callable[[Facts], Iterator[Figure]]] = {
    "Today's edition": _edition,
    "Its digests": _digests,
    "Subscribers": _subscribers,
    "Machinery": _machinery,
    "Sources": _sources,
}
