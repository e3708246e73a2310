"""Does today's edition go out? One sentence, and what stands in its way, worst first."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma

from papers.models import ScheduledIngest
from subscriptions import brakes, fence
from subscriptions.admin.overview.facts import Facts
from subscriptions.admin.overview.line import Level, Line, Verdict
from subscriptions.admin.overview.link import Link, listed
from subscriptions.models.states import State
from subscriptions.models.tick import LONGEST_SILENCE

LATE = timedelta(hours=1)  # so long after its time a digest is late, not queued
HELD_BACK = timedelta(minutes=10)  # a provider's event is made use of within seconds
FAILURES = 3  # in a row: one or two are the network's weather
COMPLAINTS = 0.003  # of those sent: from here on, big providers stop taking our mail
SENDING = Link("subscriptions.sending")


def verdict(facts: Facts) -> Verdict:
    """What stops the mail is the headline; else how far it has come."""
    problems = sorted(
        (line for check in CHECKS for line in check(facts)), key=lambda line: line.level
    )
    if problems and problems[0].level <= Level.PAUSED:
        return Verdict(problems[0], problems[1:])
    return Verdict(_progress(facts), problems)


# --- how far it has come -------------------------------------------------------------------------


def _progress(facts: Facts) -> Line:
    if not facts.due:
        return _before(facts)
    if facts.in_hand:
        last = f", the last one {ago(facts.last_sent, facts.now)} ago" if facts.last_sent else ""
        counts = f"{intcomma(facts.sent)} of {intcomma(facts.due)} sent{last}"
        says = f"Today's edition is going out: {counts}."
        return Line(Level.GOING, says, link=_edition(facts))
    counts = f"{intcomma(facts.sent)} of {intcomma(facts.due)} due so far"
    come = f" {intcomma(facts.to_come.count)} more come later today." if facts.to_come.count else ""
    return Line(Level.FINE, f"Today's edition has gone out: {counts}.{come}", link=_edition(facts))


def _before(facts: Facts) -> Line:
    if facts.to_come.since:
        first = f"the first of {intcomma(facts.to_come.count)} at {facts.to_come.since:%H:%M} UTC"
        return Line(Level.FINE, f"Today's edition goes out later: {first}.", link=_edition(facts))
    if any(facts.subscribers.values()):
        return Line(Level.QUIET, "Nobody is due for a digest today.")
    return Line(Level.QUIET, "Nobody subscribes yet.")


def _edition(facts: Facts) -> Link:
    return Link("papers.edition", facts.edition.pk if facts.edition else None)


def _its_digests(facts: Facts, *states: str) -> Link:
    edition = facts.edition.pk if facts.edition else None
    return listed("subscriptions.digest", edition__id__exact=edition, state__in=",".join(states))


# --- what stands in its way ----------------------------------------------------------------------


def _fenced(facts: Facts) -> Iterator[Line]:
    if facts.fenced:
        yield Line(Level.STOPPED, f"Nothing is sent. {facts.fenced}", fence.TODO)


def _paused(facts: Facts) -> Iterator[Line]:
    if pause := facts.pause:
        by = f" by {pause.paused_by}" if pause.paused_by else ""
        since = f"{pause.paused_at:%H:%M UTC on %-d %B}"
        says = f"Nothing is sent: paused{by} since {since}, because {pause.reason}"
        yield Line(Level.PAUSED, _sentence(says), "Resume it when that is over.", SENDING)


def _refused(facts: Facts) -> Iterator[Line]:
    if row := facts.breaker:
        since = f"{row.opened_at:%H:%M UTC on %-d %B}"
        says = f"Nothing is sent, for {row.get_cause_display()}: {row.reason} (since {since})"
        todo = "Mend the cause; mail then goes on by itself, or at once when you close the breaker."
        yield Line(Level.STOPPED, _sentence(says), todo, SENDING)


def _silent(facts: Facts) -> Iterator[Line]:
    todo = "Start the scheduler, or Celery's beat and a worker."
    if facts.last_tick is None:
        yield Line(Level.STOPPED, "No tick yet: nothing happens by itself.", todo)
    elif facts.now - facts.last_tick > LONGEST_SILENCE:
        yield Line(Level.STOPPED, f"No tick for {ago(facts.last_tick, facts.now)}.", todo)


def _held(facts: Facts) -> Iterator[Line]:
    if not facts.edition or not facts.edition.held:
        return
    says = f"Today's edition is held: {facts.edition.hold_reason or 'no reason given'}"
    level, todo = Level.PAUSED, "Release it when it may go out."
    if facts.edition.held_by == brakes.BY:
        level, todo = Level.STOPPED, "The brake held it: find out why, then release it."
    yield Line(level, _sentence(says), todo, _edition(facts))


def _missing(facts: Facts) -> Iterator[Line]:
    edition, now = facts.edition, facts.now
    if edition is None:
        yield Line(Level.STOPPED, "There is no edition yet.", "The first tick builds it.")
    elif edition.date < now.date() and now.hour >= settings.EDITION_HOUR:
        says = f"There is no edition of today; the last one is of {edition.date:%-d %B}."
        yield Line(Level.STOPPED, says, "The next tick builds it: see that ticks go on.")
    elif not facts.papers:
        todo = "See whether the sources were read."
        link = listed("papers.scheduledingest")
        yield Line(Level.STOPPED, "Today's edition has no papers.", todo, link)


def _late(facts: Facts) -> Iterator[Line]:
    """A long queue is not a fault; one in which nothing moves is."""
    waiting, now = facts.waiting, facts.now
    held = facts.edition is not None and facts.edition.held
    if facts.all_wait or held or not waiting.since or now - waiting.since < LATE:
        return
    if facts.last_sent and now - facts.last_sent < LATE:
        return
    counts = f"{intcomma(waiting.count)} wait, the first for {ago(waiting.since, now)}"
    todo = "See that a worker runs and that the provider takes mail."
    says = f"No digest has left for an hour: {counts}."
    yield Line(Level.STOPPED, says, todo, listed("subscriptions.digest"))


def _trouble(facts: Facts) -> Iterator[Line]:
    lost = facts.count(State.UNKNOWN, State.UNRESOLVED)
    if lost:
        says = f"{_digests(lost)} may or may not have arrived."
        link = _its_digests(facts, State.UNKNOWN, State.UNRESOLVED)
        yield Line(Level.WRONG, says, "Settle them.", link)
    for state, todo in (
        (State.FAILED, "Read their reasons."),
        (State.DEFERRED, "They are tried again by themselves; read why the provider waits."),
    ):
        if count := facts.count(state):
            worst = next(each.reason for each in facts.trouble if each.state == state)
            says = f"{_digests(count)} {state}: {worst or 'no reason'}"
            yield Line(Level.WRONG, _sentence(says), todo, _its_digests(facts, state))


def _complaints(facts: Facts) -> Iterator[Line]:
    complained = facts.count(State.COMPLAINED)
    if complained and complained > COMPLAINTS * facts.sent:
        says = f"{_digests(complained)} reported as spam, of {intcomma(facts.sent)} sent."
        todo = "Above 0.3 % providers stop taking our mail: see who complains, and why."
        yield Line(Level.WRONG, says, todo, _its_digests(facts, State.COMPLAINED))


def _events(facts: Facts) -> Iterator[Line]:
    if facts.events.since and facts.now - facts.events.since > HELD_BACK:
        says = f"{_count(facts.events.count, 'event')} of the provider not made use of."
        link = listed("subscriptions.providerevent", state__exact="waiting")
        yield Line(Level.WRONG, says, "See why, and process them.", link)


def _notices(facts: Facts) -> Iterator[Line]:
    if not facts.all_wait and facts.notices.since and facts.now - facts.notices.since > HELD_BACK:
        since = ago(facts.notices.since, facts.now)
        says = f"A person has waited {since} for a mail, such as the one to confirm."
        yield Line(Level.WRONG, says, "Read why it waits.", listed("subscriptions.notice"))


def _sources(facts: Facts) -> Iterator[Line]:
    for row in facts.ingests:
        if row.enabled and row.failures >= FAILURES:
            link = Link("papers.scheduledingest", row.pk)
            yield Line(Level.WRONG, _of_source(row, facts.now), "Read its error.", link)


def _of_source(row: ScheduledIngest, now: datetime) -> str:
    success = f"{ago(row.last_success_at, now)} ago" if row.last_success_at else "never"
    return f"{row.source} has failed {row.failures} times in a row; last success: {success}."


CHECKS: tuple[Callable[[Facts], Iterator[Line]], ...] = (
    _fenced,
    _refused,
    _paused,
    _silent,
    _held,
    _missing,
    _late,
    _trouble,
    _complaints,
    _events,
    _notices,
    _sources,
)


# --- words ---------------------------------------------------------------------------------------


def ago(moment: datetime, now: datetime) -> str:
    """The time since then in its largest unit: "4 s", "7 minutes", "2 days"."""
    seconds = max(int((now - moment).total_seconds()), 0)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return _count(seconds // size, unit)
    return f"{seconds} s"


def _digests(count: int) -> str:
    return _count(count, "digest")


def _count(count: int, thing: str) -> str:
    return f"{intcomma(count)} {thing}" if count == 1 else f"{intcomma(count)} {thing}s"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
